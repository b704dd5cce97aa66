import { jsonStream } from './json-stream.ts';

/** The text of one document of a file, which can be read without the others. */
export interface DocumentText {
  readonly text: string;
  /** Lines of the file before it. */
  readonly linesBefore: number;
  /** Of its first line, what is before it there; else 0. */
  readonly columnsBefore: number;
  /** True when a line with `---` is the last of these. */
  readonly isMarked: boolean;
}

const separator = /^---(?=\s|$)/gm;
const bareSeparator = /^---[ \t]*(?:#.*)?\r?$/;
/** Directives, ends of documents and byte order marks bind a document to its neighbours. */
const binding = /^(?:%|\.\.\.(?:\s|$))|\uFEFF/m;

/** Divides a file into its documents; undefined where only the parser knows where they end. */
export function divide(file: string): DocumentText[] | undefined {
  if (binding.test(file)) return undefined;
  const documents: DocumentText[] = [];
  let start = 0;
  let linesBefore = 0;
  let isMarked = false;
  for (const { index } of file.matchAll(separator)) {
    const end = file.indexOf('\n', index);
    const line = file.slice(index, end === -1 ? file.length : end);
    // What follows on the same line is of the document, and `--- |` makes of all its lines a string.
    if (!bareSeparator.test(line)) return undefined;
    const text = file.slice(start, index);
    documents.push(...documentsIn(text, linesBefore, isMarked));
    linesBefore += lineBreaks(text) + 1;
    isMarked = true;
    start = end === -1 ? file.length : end + 1;
  }
  documents.push(...documentsIn(file.slice(start), linesBefore, isMarked));
  return documents;
}

/** Mostly one; but of a stream of JSON objects, as `jq '.items[]'` prints it, each is a document, as for kubectl. */
function documentsIn(text: string, linesBefore: number, isMarked: boolean): DocumentText[] {
  const documents: DocumentText[] = [];
  let line = linesBefore;
  let column = 0;
  for (const part of jsonStream(text)) {
    documents.push({
      text: part,
      linesBefore: line,
      columnsBefore: column,
      isMarked: isMarked && documents.length === 0,
    });
    const breaks = lineBreaks(part);
    line += breaks;
    column = breaks === 0 ? column + part.length : part.length - part.lastIndexOf('\n') - 1;
  }
  return documents;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

const sourceComment = /^(?:[ \t]*(?:#.*)?\r?\n)*?# Source: (?<source>\S.*?)\s*$/my;

/** The template that Helm has rendered a document from: a comment above its first line says so. */
export function helmSource(text: string): string | undefined {
  // Only at the start of the text, which `^` alone is not: it is there for the end of the line.
  sourceComment.lastIndex = 0;
  return sourceComment.exec(text)?.groups?.['source'];
}

/** What somebody may not know who hands over the folder of a Helm chart. */
export const templateHint =
  'a template ({{ ... }}) is no manifest before it is rendered; take what helm template prints';
