/** JSON schemas as kubeconform reads them, made of what the API server under test says of itself (`/openapi/v3`). */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly [keyword: string]: unknown;
}

/** The part of an OpenAPI document that is used. */
export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** For `-schema-location`: the names of the files that {@link writeSchemas} writes. */
export const schemaFile = '{{ .ResourceKind }}{{ .KindSuffix }}.json';

/** Writes a schema for each kind of a group version, with all that it refers to. Returns the kinds. */
export async function writeSchemas(directory: string, openApi: OpenApi): Promise<string[]> {
  const { schemas } = openApi.components;
  const definitions = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, strict(schema) as Schema]),
  );
  const written: string[] = [];
  for (const [name, schema] of Object.entries(definitions)) {
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      const suffix = [group.split('.')[0], version].filter((part) => part !== '').join('-');
      const text = JSON.stringify({ $ref: `#/definitions/${name}`, definitions });
      await writeFile(join(directory, `${kind.toLowerCase()}-${suffix}.json`), text);
      written.push(kind);
    }
  }
  return written;
}

/** References point into the file, and an object with known fields has no others. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref'
        ? [key, String(inner).replace('#/components/schemas/', '#/definitions/')]
        : [key, strict(inner)],
    ),
  ) as Schema;
  const isOpen = copy['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in copy;
  // A field called `properties` is a schema itself, and has a type or a reference rather than a map of schemas.
  return isOpen || !isMapOfSchemas(copy.properties) ? copy : { ...copy, additionalProperties: false };
}

function isMapOfSchemas(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (inner) => typeof inner === 'object' && inner !== null && !Array.isArray(inner),
    )
  );
}
