/** What the page asks and what it is told; the same types on both sides of the wire. */

export interface Question {
  /** Manifests, as they are being typed. */
  readonly text: string;
  /** True to judge the pods as each profile would patch them, false for the pods as they are written. */
  readonly patched: boolean;
}

export interface Answer {
  /** One for each profile of the configuration, in its order. */
  readonly profiles: readonly ProfileAnswer[];
}

export interface ProfileAnswer {
  readonly name: string;
  /** Violations. */
  readonly deny: number;
  readonly warn: number;
  /** The verdict in a sentence. */
  readonly summary: string;
  /** By line; the first ones where there are very many. */
  readonly marks: readonly Mark[];
  /** The verdict with diffs and pictures. What comes from the manifests is escaped. */
  readonly html: string;
}

/** Something to say of a place in the text. */
export interface Mark {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  readonly severity: 'error' | 'warning';
  /** Id of the check; undefined for what could not be read. */
  readonly check?: string;
  readonly message: string;
}

/** Why there is no answer. */
export interface Refusal {
  readonly error: string;
}

/** An example that can be loaded into the editor. */
export interface Example {
  readonly group: string;
  readonly title: string;
  readonly text: string;
}
