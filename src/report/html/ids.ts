import { readable } from '../markup.ts';

/** What the overview links to. */
export function namespaceId(name: string): string {
  return idOf(`namespace-${name}`);
}

/** As a browser reads it; no id has white space. */
function idOf(text: string): string {
  return readable(text).replaceAll(/\s/g, '_');
}

/** The ids of a page: the same name may come twice, from two files. */
export class Ids {
  readonly #taken = new Set<string>();

  unique(wanted: string): string {
    const name = idOf(wanted);
    let id = name;
    for (let number = 2; this.#taken.has(id); number++) id = `${name}~${number}`;
    this.#taken.add(id);
    return id;
  }
}
