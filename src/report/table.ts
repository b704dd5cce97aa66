import Table from 'cli-table3';
import type { AuditResult } from '../audit/audit.ts';
import { describeProblem, describeWorkload } from '../policy/words.ts';
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
    head: ['WORKLOAD', 'ACTION', 'CHECK', 'CONTAINER', 'PROBLEM', 'PLACE'],
    chars: { ...noBorders, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const audited of result.workloads) {
    for (const finding of audited.verdict.findings) {
      table.push([
        describeWorkload(audited.workload, audited.namespace),
        finding.action,
        finding.check,
        finding.container?.name ?? '-',
        describeProblem(finding),
        `${audited.file}:${audited.lineOf(finding)}`,
      ]);
    }
  }
  const rows = table.length === 0 ? '' : `${trimmed(table.toString())}\n\n`;
  return `${rows}${sentence(summary)}\n`;
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

function sentence({ workloads, workloadsWithViolations, deny, warn, exempted }: Summary): string {
  const judged = `${workloads} workload${workloads === 1 ? '' : 's'} judged`;
  if (deny + warn === 0) return `${judged}, no violations${exempted === 0 ? '' : `, ${exempted} exempted`}`;
  const more = exempted === 0 ? '' : `, ${exempted} exempted`;
  return `${judged}, ${workloadsWithViolations} with violations: ${deny} to deny, ${warn} to warn${more}`;
}
