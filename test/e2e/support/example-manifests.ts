import { parseManifests } from '../../../src/manifests/parse.ts';
import { asObject, type JsonObject } from '../../../src/policy/json.ts';
import { manifest } from './manifests.ts';

/** An example of a check, ready to be applied to a namespace of a test. */
export interface AppliedExample {
  /** Everything but the Namespace. */
  readonly text: string;
  /** Labels of the Namespace that the example shows, if it shows one. */
  readonly labels: JsonObject;
}

/** Examples may show a Namespace; in a test its labels go to the namespace of the test. */
export function exampleToApply(example: string): AppliedExample {
  const objects = parseManifests(example, 'example').manifests.map(({ value }) => asObject(value));
  const namespace = objects.find(({ kind }) => kind === 'Namespace');
  const others = objects.filter(({ kind }) => kind !== 'Namespace').map(withoutNamespace);
  return { text: manifest(...others), labels: asObject(asObject(namespace?.['metadata'])['labels']) };
}

function withoutNamespace(object: JsonObject): JsonObject {
  const { namespace: _, ...metadata } = asObject(object['metadata']);
  return { ...object, metadata };
}
