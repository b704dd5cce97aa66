/** A file as a row of documents, each with its own text. */
import { parseAllDocuments } from 'yaml';
import { jsonStream } from '../../manifests/json-stream.ts';

/** The texts of the documents in order, each with the marker before it; together they are the whole text again. */
export function splitDocuments(text: string): string[] {
  const parsed = parseAllDocuments(text, { version: '1.1', prettyErrors: false });
  const starts = [...parsed].map((document, index) => (index === 0 ? 0 : document.range[0]));
  return starts.flatMap((start, index) => streamed(text.slice(start, starts[index + 1] ?? text.length)));
}

/** What is one document to the library may be a stream of JSON objects. */
function streamed(document: string): string[] {
  const mark = /^---[ \t]*\r?\n/.exec(document)?.[0] ?? '';
  const [first = '', ...others] = jsonStream(document.slice(mark.length));
  return [mark + first, ...others];
}
