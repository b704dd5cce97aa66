/** What a PromQL expression asks for. Only the words are read; whether it is valid is for Prometheus to say. */

export interface Asked {
  /** The selectors, without ranges: `gracegate_reviews_total{decision="error"}`. */
  readonly selectors: readonly string[];
  /** Labels of `by`, `without`, `on` and `ignoring`. */
  readonly groupedBy: readonly string[];
}

const string = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`;
const token = new RegExp(
  [
    String.raw`\[[^\]]*\]`,
    String.raw`(?<number>\b\d[\w.]*)`,
    String.raw`\b(?<grouping>by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)`,
    String.raw`(?<called>[a-zA-Z_]\w*)\s*(?=\(|by\b|without\b)`,
    String.raw`(?<name>[a-zA-Z_:][\w:]*)?(?<matchers>\s*\{(?:[^}"']|${string})*\})`,
    String.raw`(?<word>[a-zA-Z_:][\w:]*)`,
    string,
  ].join('|'),
  'g',
);

const operators = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2', 'inf', 'nan']);

export function askedBy(expression: string): Asked {
  const selectors: string[] = [];
  const groupedBy: string[] = [];
  for (const { groups = {} } of expression.matchAll(token)) {
    const { labels, name, matchers, word } = groups;
    if (labels !== undefined) groupedBy.push(...labels.split(',').map((label) => label.trim()));
    else if (matchers !== undefined) selectors.push(`${name ?? ''}${matchers.trim()}`);
    // A binary operator may stand before a parenthesis, too, so it is looked for in all words.
    else if (word !== undefined && !operators.has(word.toLowerCase())) selectors.push(word);
  }
  return { selectors, groupedBy: groupedBy.filter((label) => label !== '') };
}

/** The name of the metric that a selector selects; empty where it has none. */
export function metricOf(selector: string): string {
  return /^[\w:]*/.exec(selector)?.[0] ?? '';
}

/** What Grafana puts in for its variables. One that is not here would reach Prometheus as it is. */
export function withVariables(expression: string, values: Readonly<Record<string, string>>): string {
  return expression.replaceAll(/\$\{?(\w+)\}?/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the variable $${name} is not known in: ${expression}`);
    return value;
  });
}
