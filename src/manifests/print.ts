import { stringify } from 'yaml';

/** Objects as a YAML stream that `kubectl apply -f -` takes: YAML 1.1, in which `off` must be quoted to be a string. */
export function printManifests(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { compat: 'yaml-1.1', lineWidth: 0 })).join('---\n');
}
