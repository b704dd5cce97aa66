/** What SARIF says of checks: the same whatever was audited, so that viewers can compare runs. */
import { serverDryRun } from '../audit/server-dry-run.ts';
import { rules, type Rule } from './rules.ts';

const docs = 'https://github.com/gracegate/gracegate/blob/main/docs';

/** Position of a check among the rules, by id. */
export const ruleIndexes: ReadonlyMap<string, number> = new Map(rules.map(({ id }, index) => [id, index]));

/** `reportingDescriptor` objects, in the order of the registry. */
export const sarifRules: readonly object[] = rules.map((check) => ({
  // It is readable enough to do without a name, which would have to differ.
  id: check.id,
  shortDescription: { text: `${check.title}.` },
  fullDescription: { text: check.rationale },
  help: { text: plainHelp(check), markdown: markdownHelp(check) },
  helpUri: pageOf(check),
  // How bad it is says the profile: each result has a level of its own.
  defaultConfiguration: { level: 'warning' },
  // No security-severity: code scanning would call these findings vulnerabilities.
  properties: {
    tags: ['kubernetes', 'reliability', check.topic],
    precision: 'high',
    'problem.severity': 'warning',
  },
}));

function pageOf({ id }: Rule): string {
  return id === serverDryRun.id ? `${docs}/audit.md#${id}` : `${docs}/checks/${id}.md`;
}

function plainHelp(rule: Rule): string {
  const { rationale, symptom, remediation } = rule;
  return [rationale, `On the cluster: ${symptom}`, `How to fix: ${remediation}`, pageOf(rule)].join('\n\n');
}

function markdownHelp(rule: Rule): string {
  const { id, rationale, symptom, remediation, examples } = rule;
  return [
    rationale,
    '## On the cluster',
    symptom,
    '## How to fix',
    remediation,
    ...(examples === undefined
      ? []
      : [
          '## Example',
          'This is objected to:',
          `\`\`\`yaml\n${examples.bad}\`\`\``,
          'This is not:',
          `\`\`\`yaml\n${examples.good}\`\`\``,
        ]),
    `[More about ${id}](${pageOf(rule)})`,
  ].join('\n\n');
}
