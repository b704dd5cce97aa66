/** Reads the values of the chart with what is said of them: comments that begin with `--`, as helm-docs reads them. */
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

/** A value that a user may set. */
export interface ChartValue {
  /** Keys from the root, such as `['image', 'tag']`. */
  readonly path: readonly string[];
  /** Markdown, in one line. */
  readonly description: string;
  readonly defaultValue: unknown;
}

/** The values in the order of the file. Throws for a value that nothing is said of. */
export function readChartValues(text: string): ChartValue[] {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new Error(`values.yaml is not a map: ${document.errors.join('; ')}`);
  }
  return valuesOf(document.contents, []);
}

function valuesOf(map: YAMLMap, parent: readonly string[]): ChartValue[] {
  return map.items.flatMap((pair, index) => {
    const path = [...parent, String(pair.key)];
    // The parser gives what stands before the first key to the map.
    const comment = commentOf(pair) ?? (index === 0 ? (map.commentBefore ?? undefined) : undefined);
    const description = descriptionIn(comment);
    if (description !== undefined) {
      return [{ path, description, defaultValue: isNode(pair.value) ? pair.value.toJSON() : pair.value }];
    }
    if (isMap(pair.value) && pair.value.items.length > 0) return valuesOf(pair.value, path);
    throw new Error(`values.yaml: nothing is said of ${path.join('.')}; put "# -- ..." above it`);
  });
}

function commentOf({ key }: Pair): string | undefined {
  return isScalar(key) ? (key.commentBefore ?? undefined) : undefined;
}

function isNode(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value;
}

/** What follows the last line that begins with `--`. */
function descriptionIn(comment: string | undefined): string | undefined {
  const lines = (comment ?? '').split('\n').map((line) => line.trim());
  const start = lines.findLastIndex((line) => line.startsWith('-- '));
  if (start === -1) return undefined;
  return [lines[start]?.slice(3), ...lines.slice(start + 1)].join(' ');
}
