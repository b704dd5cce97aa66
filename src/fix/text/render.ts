/** Values as new text, in the style of the text around them. */
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../policy/json.ts';

/** How a document is indented. */
export interface BlockStyle {
  /** Columns from a key to the keys below it. */
  readonly step: number;
  /** Whether the dashes of a sequence stand further in than its key. */
  readonly indentSequences: boolean;
  /** Whether keys stand in double quotes. */
  readonly quotedKeys: boolean;
}

/** Pairs as lines in block style, the first key at a column. Words such as `off` are quoted, as YAML 1.1 needs it. */
export function blockLines(pairs: JsonObject, column: number, style: BlockStyle): string[] {
  const text = stringify(pairs, {
    indent: style.step,
    indentSeq: style.indentSequences,
    lineWidth: 0,
    compat: 'yaml-1.1',
    ...(style.quotedKeys && { defaultKeyType: 'QUOTE_DOUBLE' }),
  });
  const indentation = ' '.repeat(column);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : indentation + line));
}

/** How a flow collection is written. */
export interface FlowStyle {
  /** Quoted keys, as in JSON. */
  readonly json: boolean;
  /** A blank after the colon of JSON. */
  readonly spaced: boolean;
  /** A blank within the braces of YAML: `{ a: 1 }`. */
  readonly padded: boolean;
  /** What each level is indented by where pairs stand on lines of their own; undefined for one line. */
  readonly unit: string | undefined;
}

/** A value in flow style. Further lines begin with the indentation. */
export function flowValue(value: Json, style: FlowStyle, indentation = ''): string {
  if (style.json) {
    if (style.unit === undefined) return jsonLine(value, style.spaced);
    return JSON.stringify(value, null, style.unit).replaceAll('\n', `\n${indentation}`);
  }
  const text = stringify(
    { k: value },
    { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: style.padded, compat: 'yaml-1.1' },
  ).trim();
  return text.slice(1, -1).trim().slice('k:'.length).trim();
}

/** `key: value` in flow style. */
export function flowPair(key: string, value: Json, style: FlowStyle, indentation = ''): string {
  const colon = style.json && !style.spaced ? ':' : ': ';
  return `${scalar(key, style)}${colon}${flowValue(value, style, indentation)}`;
}

/** A key in flow style. */
function scalar(key: string, { json }: FlowStyle): string {
  return json ? JSON.stringify(key) : stringify(key, { lineWidth: 0, compat: 'yaml-1.1' }).trim();
}

function jsonLine(value: Json, spaced: boolean): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [comma, colon] = spaced ? [', ', ': '] : [',', ':'];
  if (Array.isArray(value))
    return `[${(value as readonly Json[]).map((item) => jsonLine(item, spaced)).join(comma)}]`;
  const pairs = Object.entries(value as JsonObject).map(
    ([key, item]) => `${JSON.stringify(key)}${colon}${jsonLine(item ?? null, spaced)}`,
  );
  return `{${pairs.join(comma)}}`;
}

/** A scalar in place of another: in the quotes of the old one, if it had any and the new one is a string. */
export function scalarLike(value: Json, quote: '"' | "'" | undefined): string {
  if (typeof value === 'string' && quote === '"') return JSON.stringify(value);
  if (typeof value === 'string' && quote === "'") return `'${value.replaceAll("'", "''")}'`;
  return stringify(value, { lineWidth: 0, compat: 'yaml-1.1' }).trim();
}
