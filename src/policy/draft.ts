import { deepEqual, isObject, own, type Json, type JsonObject, type Path, type PathStep } from './json.ts';
import { readPod, type PodView } from './objects/view.ts';

/** An operation of RFC 6902. Only these two are ever needed to fill what is absent. */
export interface PatchOperation {
  readonly op: 'add' | 'replace';
  /** A JSON pointer (RFC 6901). */
  readonly path: string;
  readonly value: Json;
}

/**
 * A pod that mutations write to, one after another. The original stays as it was: only the nodes on the way to a change
 * are copied, so a pod that needs nothing costs nothing.
 */
export class Draft {
  readonly #original: JsonObject;
  #current: JsonObject;
  #view: PodView | undefined;
  readonly #changed: Path[] = [];
  /** Copies that are ours to write to: a pod of very many containers must not be copied for each of them. */
  readonly #copies = new Set<Json>();

  constructor(original: JsonObject) {
    this.#original = original;
    this.#current = original;
  }

  get current(): JsonObject {
    return this.#current;
  }

  get isChanged(): boolean {
    return this.#changed.length > 0;
  }

  /** The current state as checks and mutations see it, read again only after a change. */
  get pod(): PodView {
    this.#view ??= readPod(this.#current);
    return this.#view;
  }

  /** Sets the value at a path and makes the objects on the way that are missing. A step into an array must exist. */
  set(path: Path, value: Json): void {
    this.#current = this.#withValue(this.#current, path, 0, value) as JsonObject;
    this.#changed.push(path);
    this.#view = undefined;
  }

  /**
   * The smallest patch from the original to the current state: one operation for each place that differs, at the first
   * object on the way that the original does not have, so that no operation ever needs a parent that is missing.
   */
  patch(): PatchOperation[] {
    const operations = new Map<string, PatchOperation>();
    for (const path of this.#changed) {
      const operation = this.#operationFor(path);
      if (operation !== undefined) operations.set(operation.path, operation);
    }
    // An operation on an ancestor brings what lies below it.
    return [...operations.values()].filter(({ path }) => !hasAncestorIn(operations, path));
  }

  #withValue(node: Json | undefined, path: Path, depth: number, value: Json): Json {
    const step = path[depth];
    if (step === undefined) return value;
    if (typeof step === 'number' && (!Array.isArray(node) || step >= node.length)) {
      throw new RangeError(`no element ${step} to set at ${jsonPointer(path)}`);
    }
    const next = this.#withValue(child(node, step), path, depth + 1, value);
    if (typeof step === 'number') {
      const array = this.#copyOf(node as Json[], () => [...(node as Json[])]);
      array[step] = next;
      return array;
    }
    const object = isObject(node) ? node : {};
    const copy = this.#copyOf<Record<string, Json | undefined>>(object, () => ({ ...object }));
    if (step === '__proto__') {
      // Defined, not assigned: it is an ordinary key here.
      Object.defineProperty(copy, step, {
        value: next,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else {
      copy[step] = next;
    }
    return copy;
  }

  /** The node itself where it is a copy already. */
  #copyOf<T extends Json>(node: T, copy: () => T): T {
    if (this.#copies.has(node)) return node;
    const made = copy();
    this.#copies.add(made);
    return made;
  }

  #operationFor(path: Path): PatchOperation | undefined {
    let before: Json | undefined = this.#original;
    let after: Json | undefined = this.#current;
    let depth = 0;
    for (const step of path) {
      // What stands in the way, such as an array where an object belongs, is replaced as a whole.
      if (typeof step === 'string' ? !isObject(before) : !Array.isArray(before)) break;
      before = child(before, step);
      after = child(after, step);
      depth += 1;
    }
    if (after === undefined || deepEqual(before, after)) return undefined;
    const op = before === undefined ? 'add' : 'replace';
    return { op, path: jsonPointer(path.slice(0, depth)), value: after };
  }
}

function hasAncestorIn(operations: ReadonlyMap<string, unknown>, pointer: string): boolean {
  for (let end = pointer.lastIndexOf('/'); end > 0; end = pointer.lastIndexOf('/', end - 1)) {
    if (operations.has(pointer.slice(0, end))) return true;
  }
  return false;
}

function child(node: Json | undefined, step: PathStep): Json | undefined {
  if (Array.isArray(node)) return typeof step === 'number' ? (node as readonly Json[])[step] : undefined;
  return typeof step === 'string' && isObject(node) ? own(node, step) : undefined;
}

/** A JSON pointer, with `~` and `/` escaped as RFC 6901 asks. */
export function jsonPointer(path: Path): string {
  let pointer = '';
  for (const step of path) pointer += `/${typeof step === 'number' ? step : escaped(step)}`;
  return pointer;
}

/** A JSON pointer as a path: a step into an array of the root is a number. */
export function pathOfPointer(pointer: string, root: JsonObject): Path {
  const steps: PathStep[] = [];
  let node: Json | undefined = root;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(node) ? Number(key) : key;
    steps.push(step);
    node = child(node, step);
  }
  return steps;
}

function escaped(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}
