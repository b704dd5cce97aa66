/** What a fix wants to be different in an object, and how values are changed without touching the original. */
import { Draft } from '../policy/draft.ts';
import { deepEqual, isObject, own, valueAt, type Json, type JsonObject, type Path } from '../policy/json.ts';

/** A value that is to stand at a path. Objects on the way that are missing are made; array elements must be there. */
export interface Change {
  /** From the object, or where a fix says so from its pod template. */
  readonly path: Path;
  readonly value: Json;
  /** The path of another change without which this one would do harm. */
  readonly needs?: Path;
}

/** A change with what asked for it: the id of a check or of a mutation. */
export interface NamedChange extends Change {
  readonly by: string;
}

/** The object with the change, as a copy. */
export function withChange(object: JsonObject, { path, value }: Change): JsonObject {
  const draft = new Draft(object);
  draft.set(path, value);
  return draft.current;
}

export function withChanges(object: JsonObject, changes: readonly Change[]): JsonObject {
  return changes.reduce(withChange, object);
}

/** True when the value is there already. */
export function isThere(object: Json, { path, value }: Change): boolean {
  return deepEqual(valueAt(object, path), value);
}

/**
 * True when `found` is `wanted`, but for places that are already as they will be in the end: an edit of a value that has an
 * anchor may mend several places at once.
 */
export function agrees(found: Json | undefined, wanted: Json | undefined, final: Json | undefined): boolean {
  if (deepEqual(found, wanted) || deepEqual(found, final)) return true;
  if (Array.isArray(found) && Array.isArray(wanted) && found.length === wanted.length) {
    return found.every((value: Json, index) => {
      const last = Array.isArray(final) ? (final[index] as Json | undefined) : undefined;
      return agrees(value, wanted[index] as Json | undefined, last);
    });
  }
  if (!isObject(found) || !isObject(wanted)) return false;
  const last = isObject(final) ? final : {};
  return [...new Set([...Object.keys(found), ...Object.keys(wanted)])].every((key) =>
    agrees(own(found, key), own(wanted, key), own(last, key)),
  );
}
