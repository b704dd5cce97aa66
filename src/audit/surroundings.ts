import { asObject, asString, type JsonObject } from '../policy/json.ts';
import { podLabelsWithin } from '../policy/objects/other-pods.ts';
import { readLimitRange, type LimitRange } from '../policy/resources/limit-range.ts';
import { SecretsAmong } from './objects.ts';

/** What stands beside the workloads of an audit and decides about their pods: LimitRanges and labels of Namespaces. */
export class Surroundings {
  readonly #defaultNamespace: string;
  readonly #limitRanges = new Map<string, LimitRange[]>();
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  readonly #podLabels = new Map<string, JsonObject[]>();
  readonly secrets = new SecretsAmong();

  /** @param defaultNamespace of LimitRanges that do not say */
  constructor(defaultNamespace: string) {
    this.#defaultNamespace = defaultNamespace;
  }

  /** Looks at an object of whatever kind. */
  see(object: JsonObject): void {
    this.secrets.see(object);
    if (object['apiVersion'] !== 'v1') return;
    const metadata = asObject(object['metadata']);
    if (object['kind'] === 'LimitRange') {
      const place = asString(metadata['namespace']) ?? this.#defaultNamespace;
      const before = this.#limitRanges.get(place) ?? [];
      this.#limitRanges.set(place, [...before, readLimitRange(object)]);
    } else if (object['kind'] === 'Namespace') {
      this.#labels.set(asString(metadata['name']) ?? '', stringsOf(asObject(metadata['labels'])));
    }
  }

  /** Looks at an object of a kind that is not known here. */
  seeUnknown(object: JsonObject): void {
    const labels = podLabelsWithin(object);
    if (labels.length === 0) return;
    const place = asString(asObject(object['metadata'])['namespace']) ?? this.#defaultNamespace;
    this.#podLabels.set(place, [...(this.#podLabels.get(place) ?? []), ...labels]);
  }

  /** Of the pods that such objects make, by namespace. */
  get podLabels(): ReadonlyMap<string, readonly JsonObject[]> {
    return this.#podLabels;
  }

  limitRanges(namespace: string): readonly LimitRange[] {
    return this.#limitRanges.get(namespace) ?? [];
  }

  /** Labels of the namespaces that were seen. */
  get labels(): ReadonlyMap<string, Readonly<Record<string, string>>> {
    return this.#labels;
  }
}

function stringsOf(object: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
}
