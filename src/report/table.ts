import Table from 'cli-table3';
import type { AuditedObject, AuditResult } from '../audit/audit.ts';
import type { Finding } from '../policy/evaluate.ts';
import { describeProblem, describeObject } from '../policy/words.ts';
import type { Summary } from './summary.ts';

const noBorders = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((edge) => [
      edge,
      `${edge}-mid`,
      `${edge}-left`,
      `${edge}-right`,
      `left-${edge}`,
      `right-${edge}`,
      `mid-${edge}`,
    ])
    .map((name) => [name, '']),
);

/** The audit as a table for a terminal, one line for each violation, and the sum below. */
export function tableReport(result: AuditResult, summary: Summary): string {
  const table = new Table({
    head: ['OBJECT', 'ACTION', 'CHECK', 'CONTAINER', 'PROBLEM', 'PLACE'],
    chars: { ...noBorders, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const audited of result.objects) {
    const { findings, exempted, exemptReason } = audited.verdict;
    for (const finding of findings)
      table.push(row(audited, finding, finding.action, describeProblem(finding)));
    for (const finding of exempted) {
      table.push(row(audited, finding, 'exempt', `${describeProblem(finding)} (exempt: ${exemptReason})`));
    }
  }
  const rows = table.length === 0 ? '' : `${trimmed(table.toString())}\n\n`;
  return `${rows}${noticesOf(result)}${sentence(summary)}\n`;
}

function row(audited: AuditedObject, finding: Finding, action: string, problem: string): string[] {
  return [
    describeObject(audited.object, audited.namespace),
    action,
    finding.check,
    finding.container?.name ?? '-',
    problem,
    audited.file === undefined ? '-' : `${audited.file}:${audited.lineOf(finding)}`,
  ];
}

/** What is to be said of exemptions that were asked for in vain. */
function noticesOf({ objects }: AuditResult): string {
  const lines = objects.flatMap(({ object, namespace, verdict }) =>
    verdict.notices.map((notice) => `${describeObject(object, namespace)}: ${notice}\n`),
  );
  return lines.length === 0 ? '' : `${lines.join('')}\n`;
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

function sentence({ objects, objectsWithViolations, deny, warn, exempted, errors }: Summary): string {
  const judged = `${objects} object${objects === 1 ? '' : 's'} judged`;
  const unread = errors === 0 ? '' : `, ${errors} could not be read`;
  const more = `${exempted === 0 ? '' : `, ${exempted} exempted`}${unread}`;
  if (deny + warn === 0) return `${judged}, no violations${more}`;
  return `${judged}, ${objectsWithViolations} with violations: ${deny} to deny, ${warn} to warn${more}`;
}
