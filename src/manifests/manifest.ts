/** A value of a YAML or JSON document. */
export type ManifestValue = null | boolean | number | string | readonly ManifestValue[] | ManifestObject;

export interface ManifestObject {
  readonly [key: string]: ManifestValue | undefined;
}

/** A path into a document. */
export type ManifestPath = readonly (string | number)[];

/** A place in a text. */
export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** A document of a file, with the way back to its lines. */
export interface Manifest {
  /** The file as the user named it; `-` for standard input. */
  readonly file: string;
  /** 1-based line where the document begins. */
  readonly line: number;
  /** The template that Helm rendered the document from, by its comment `# Source:`. */
  readonly source: string | undefined;
  readonly value: ManifestValue;
  /** Of the value at a path, or of its nearest ancestor that exists. Looked up only when it is asked for. */
  positionAt(path: ManifestPath): Position;
  /** The line of that. */
  lineAt(path: ManifestPath): number;
}

/** A document that could not be read. The others of its file are not affected. */
export interface ManifestError {
  readonly file: string;
  /** 1-based; undefined when the file as a whole could not be read. */
  readonly line?: number;
  readonly message: string;
}

export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly errors: readonly ManifestError[];
}
