import type { PatchOperation } from '../../../src/policy/draft.ts';
import { isObject, type Json } from '../../../src/policy/json.ts';

/** Applies a JSON patch as RFC 6902 asks, strictly: a missing parent, or a missing target to replace, throws. */
export function applyPatch(document: Json, patch: readonly PatchOperation[]): Json {
  return patch.reduce((root, operation) => applyAt(root, steps(operation.path), operation), document);
}

/** RFC 6901: `~1` first, so that `~01` comes out as `~1`. */
function steps(pointer: string): string[] {
  if (pointer !== '' && !pointer.startsWith('/')) throw new Error(`${pointer} is not a JSON pointer`);
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function applyAt(node: Json, [step, ...rest]: readonly string[], operation: PatchOperation): Json {
  if (step === undefined) return operation.value;
  const isTarget = rest.length === 0;
  if (Array.isArray(node)) {
    const elements: Json[] = [...(node as readonly Json[])];
    const index = /^(?:0|[1-9]\d*)$/.test(step) ? Number(step) : Number.NaN;
    const isInsertion = isTarget && operation.op === 'add';
    if (!(index < elements.length + (isInsertion ? 1 : 0))) throw missing(operation);
    const value = isInsertion ? operation.value : applyAt(elements[index] ?? null, rest, operation);
    elements.splice(index, isInsertion ? 0 : 1, value);
    return elements;
  }
  if (!isObject(node)) throw missing(operation);
  if (!Object.hasOwn(node, step) && !(isTarget && operation.op === 'add')) throw missing(operation);
  return { ...node, [step]: applyAt(node[step] ?? null, rest, operation) };
}

function missing({ op, path }: PatchOperation): Error {
  return new Error(`cannot ${op} ${path}: it or its parent is missing`);
}
