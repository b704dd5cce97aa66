/** JSON as `JSON.parse` gives it. The core works on it directly, so that fields it has never heard of survive. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. Read dynamic keys with {@link own}: `__proto__` and `constructor` are ordinary keys of hostile input. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A step of a path into JSON: an object key or an array index. */
export type PathStep = string | number;

/** A path into JSON from a known root. */
export type Path = readonly PathStep[];

const emptyObject: JsonObject = Object.freeze({});
const emptyArray: readonly Json[] = Object.freeze([]);

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else (null, a wrong type) counts as an empty one. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : emptyObject;
}

/** The value as an array; anything else counts as an empty one. */
export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : emptyArray;
}

/** The value as a string; anything else counts as absent. */
export function asString(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value as a finite number; anything else counts as absent. */
export function asNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The value of an own key. Never answers with something inherited, such as `constructor`. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The value at a path, or undefined where a step is missing. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  let value = root;
  for (const step of path) {
    if (typeof step === 'number') value = asArray(value)[step];
    else value = isObject(value) ? own(value, step) : undefined;
  }
  return value;
}

/** Deep equality that does not care for the order of keys. An undefined value counts as an absent key. */
export function deepEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value: Json, index) => deepEqual(value, b[index] as Json | undefined));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = definedKeys(a);
  return keys.length === definedKeys(b).length && keys.every((key) => deepEqual(a[key], own(b, key)));
}

function definedKeys(object: JsonObject): string[] {
  return Object.keys(object).filter((key) => object[key] !== undefined);
}
