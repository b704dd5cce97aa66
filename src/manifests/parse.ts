import { kubernetesYaml, plainYaml } from './dialect.ts';
import { divide, helmSource, type DocumentText } from './documents.ts';
import { readFast, type FastDocument } from './fast.ts';
import type { Manifest, ManifestError, ManifestPath, Manifests, Position } from './manifest.ts';
import { readThoroughly, type ThoroughDocument } from './thorough.ts';

/**
 * Parses every document of a text. JSON is YAML, so it comes the same way. Empty documents are left out.
 * @param version 1.1 for what kubectl would read as well
 */
export function parseManifests(text: string, file: string, version: '1.1' | '1.2' = '1.1'): Manifests {
  const manifests: Manifest[] = [];
  const errors: ManifestError[] = [];
  for (const read of version === '1.1' ? readDocuments(text, file) : readPlain(text, file)) {
    if ('message' in read) errors.push(read);
    else manifests.push(read);
  }
  return { manifests, errors };
}

/**
 * The documents of a text one by one, as kubectl would read them. Nothing is held of one after the next is asked for.
 * @param isWanted by its text, whether a document is worth reading
 */
export function* readDocuments(
  text: string,
  file: string,
  isWanted: (text: string) => boolean = () => true,
): Generator<Manifest | ManifestError> {
  const content = withoutMark(text);
  const documents = divide(content);
  if (documents === undefined) {
    for (const read of readThoroughly(content, kubernetesYaml)) yield thoroughResult(read, file, start);
    return;
  }
  for (const document of documents) if (isWanted(document.text)) yield* readDocument(document, file);
}

function* readPlain(text: string, file: string): Generator<Manifest | ManifestError> {
  for (const read of readThoroughly(withoutMark(text), plainYaml)) yield thoroughResult(read, file, start);
}

/** What stands before a text. */
type Before = Pick<DocumentText, 'linesBefore' | 'columnsBefore'>;

const start: Before = { linesBefore: 0, columnsBefore: 0 };

/** A place in a text as one in its file. */
function placeIn({ line, column }: Position, { linesBefore, columnsBefore }: Before): Position {
  return { line: line + linesBefore, column: line === 1 ? column + columnsBefore : column };
}

/** Without the byte order mark that some editors put in front, and that shifts the first line. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function* readDocument(document: DocumentText, file: string): Generator<Manifest | ManifestError> {
  const fast = readFast(document.text);
  if (fast === undefined) {
    const source = helmSource(document.text);
    const [text, before] = withMark(document);
    for (const read of readThoroughly(text, kubernetesYaml)) yield thoroughResult(read, file, before, source);
  } else if (fast.value !== undefined && fast.value !== null) {
    yield new FastManifest(file, document, fast.value, fast);
  }
}

/** With its `---`, as there are things that are only wrong after one. */
function withMark(document: DocumentText): [text: string, before: Before] {
  const { text, linesBefore, isMarked } = document;
  return isMarked ? [`---\n${text}`, { linesBefore: linesBefore - 1, columnsBefore: 0 }] : [text, document];
}

function thoroughResult(
  read: ThoroughDocument,
  file: string,
  before: Before,
  source?: string,
): Manifest | ManifestError {
  if ('problem' in read) return { file, line: read.line + before.linesBefore, message: read.problem };
  const positionAt = (path: ManifestPath): Position => placeIn(read.positionAt(path), before);
  return {
    file,
    line: positionAt([]).line,
    source: source ?? helmSource(`#${read.comment.replaceAll('\n', '\n#')}\n`),
    value: read.value,
    positionAt,
    lineAt: (path) => positionAt(path).line,
  };
}

/** Its positions are looked up when somebody asks: mostly nobody does. */
class FastManifest implements Manifest {
  readonly file: string;
  readonly value: Manifest['value'];
  readonly #document: DocumentText;
  readonly #fast: FastDocument;
  /** Offsets in the text where lines begin. */
  #lineStarts: readonly number[] | undefined;
  /** For the few values whose beginning only that reader knows. */
  #thorough: ThoroughDocument | undefined;

  constructor(file: string, document: DocumentText, value: Manifest['value'], fast: FastDocument) {
    this.file = file;
    this.value = value;
    this.#document = document;
    this.#fast = fast;
  }

  get line(): number {
    return this.positionAt([]).line;
  }

  get source(): string | undefined {
    return helmSource(this.#document.text);
  }

  positionAt(path: ManifestPath): Position {
    return placeIn(this.#positionInText(path), this.#document);
  }

  lineAt(path: ManifestPath): number {
    return this.positionAt(path).line;
  }

  #positionInText(path: ManifestPath): Position {
    const offset = this.#fast.offsetOf(path);
    if (offset !== undefined) return this.#placeOf(offset);
    this.#thorough ??= readThoroughly(this.#document.text, kubernetesYaml)[0];
    if (this.#thorough === undefined || 'problem' in this.#thorough) return { line: 1, column: 1 };
    return this.#thorough.positionAt(path);
  }

  #placeOf(offset: number): Position {
    this.#lineStarts ??= lineStartsOf(this.#document.text);
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
