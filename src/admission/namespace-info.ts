import { asObject, asString, type JsonObject } from '../policy/json.ts';
import type { NamespaceInfo } from './ports.ts';

/** Reads a Namespace object. Labels that are not strings are left out, as no API server would take them. */
export function namespaceInfo(object: JsonObject): NamespaceInfo {
  const metadata = asObject(object['metadata']);
  const labels = Object.entries(asObject(metadata['labels'])).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return { name: asString(metadata['name']) ?? '', labels: Object.fromEntries(labels) };
}
