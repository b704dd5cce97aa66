/** What SARIF says of checks: the same whatever was audited, so that viewers can compare runs. */
import type { Check } from '../policy/check.ts';
import { checks } from '../policy/checks/registry.ts';

const pages = 'https://github.com/gracegate/gracegate/blob/main/docs/checks';

/** Position of a check among the rules, by id. */
export const ruleIndexes: ReadonlyMap<string, number> = new Map(checks.map(({ id }, index) => [id, index]));

/** `reportingDescriptor` objects, in the order of the registry. */
export const sarifRules: readonly object[] = checks.map((check) => ({
  // It is readable enough to do without a name, which would have to differ.
  id: check.id,
  shortDescription: { text: `${check.title}.` },
  fullDescription: { text: check.rationale },
  help: { text: plainHelp(check), markdown: markdownHelp(check) },
  helpUri: `${pages}/${check.id}.md`,
  // How bad it is says the profile: each result has a level of its own.
  defaultConfiguration: { level: 'warning' },
  // No security-severity: code scanning would call these findings vulnerabilities.
  properties: {
    tags: ['kubernetes', 'reliability', check.topic],
    precision: 'high',
    'problem.severity': 'warning',
  },
}));

function plainHelp({ rationale, symptom, remediation, id }: Check): string {
  return [rationale, `On the cluster: ${symptom}`, `How to fix: ${remediation}`, `${pages}/${id}.md`].join(
    '\n\n',
  );
}

function markdownHelp({ id, rationale, symptom, remediation, examples }: Check): string {
  return [
    rationale,
    '## On the cluster',
    symptom,
    '## How to fix',
    remediation,
    '## Example',
    'This is objected to:',
    `\`\`\`yaml\n${examples.bad}\`\`\``,
    'This is not:',
    `\`\`\`yaml\n${examples.good}\`\`\``,
    `[More about ${id}](${pages}/${id}.md)`,
  ].join('\n\n');
}
