/**
 * What an audit of files keeps of objects that others are judged by. Their text, which is a third of the objects' size in
 * memory: each is looked at a few times at most, and then read again.
 */
import { asObject, isObject, valueAt, type Json, type JsonObject } from '../policy/json.ts';
import type { GraphWorkload } from '../policy/graph.ts';
import type { Kind, KubeObject } from '../policy/objects/kube-object.ts';
import type { PodView } from '../policy/objects/view.ts';
import type { Workload, WorkloadKind } from '../policy/objects/workload-kinds.ts';

/** An object as its JSON. */
export class KeptObject implements KubeObject {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly #json: string;

  /** @param object read from this JSON, so that it holds no part of the file's text */
  constructor({ kind, namespace, name }: KubeObject, json: string) {
    this.kind = kind;
    this.namespace = namespace;
    this.name = name;
    this.#json = json;
  }

  get object(): JsonObject {
    return JSON.parse(this.#json) as JsonObject;
  }
}

/** A workload as its JSON. */
export class KeptWorkload extends KeptObject implements Workload {
  declare readonly kind: WorkloadKind;
  readonly controlled: boolean;
  readonly madeByWorkload: boolean;

  constructor(workload: Workload, json: string) {
    super(workload, json);
    this.controlled = workload.controlled;
    this.madeByWorkload = workload.madeByWorkload;
  }

  get template(): JsonObject {
    const template = valueAt(this.object, this.kind.templatePath);
    return isObject(template) ? template : {};
  }
}

/** Predicts its pod whenever somebody asks. */
export class KeptGraphWorkload implements GraphWorkload {
  readonly workload: Workload;
  readonly #predict: (workload: Workload) => PodView;

  constructor(workload: Workload, predict: (workload: Workload) => PodView) {
    this.workload = workload;
    this.#predict = predict;
  }

  get pod(): PodView {
    return this.#predict(this.workload);
  }
}

/**
 * The JSON to keep. The managers of fields are often the larger part of an object, and checks read of them only who applies
 * the replicas. Of a Secret it is enough to know what it has, and better not to hold more.
 */
export function jsonToKeep(object: JsonObject): string {
  if (object['kind'] === 'Secret') return JSON.stringify(object, withoutSecrets);
  const isManaged = 'managedFields' in asObject(object['metadata']);
  return JSON.stringify(object, isManaged ? withFewManagers : undefined);
}

/** An array of what `writtenReplicas` looks for, in src/policy/scaling. */
function withFewManagers(key: string, value: unknown): unknown {
  if (key !== 'managedFields' || !Array.isArray(value)) return value;
  const owners = value.filter((entry: Json) => {
    const { operation, fieldsV1 } = asObject(entry);
    return operation === 'Apply' && 'f:replicas' in asObject(asObject(fieldsV1)['f:spec']);
  });
  if (owners.length === 0) return undefined;
  return owners.map((entry: Json) => {
    const { operation, subresource } = asObject(entry);
    return { operation, subresource, fieldsV1: { 'f:spec': { 'f:replicas': {} } } };
  });
}

function withoutSecrets(key: string, value: unknown): unknown {
  if ((key !== 'data' && key !== 'stringData') || !isObject(value as JsonObject))
    return withFewManagers(key, value);
  return Object.fromEntries(Object.keys(value as JsonObject).map((name) => [name, '']));
}
