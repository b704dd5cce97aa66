import { stringify } from 'yaml';

/** Objects as a YAML stream that `kubectl apply -f -` takes. */
export function printManifests(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}
