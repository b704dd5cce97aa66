import Table from 'cli-table3';
import type { Place, ReportedViolation, ReporterFactory } from './report.ts';
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
export const tableReporter: ReporterFactory = (write) => {
  // The columns are as wide as the widest cell, so all rows are held; objects are not.
  const rows: string[][] = [];
  const notices: string[] = [];
  return {
    object(object) {
      const name = `${object.kind} ${object.namespace}/${object.name}`;
      for (const violation of object.violations)
        rows.push(row(name, violation, violation.action, violation.message));
      for (const exempt of object.exempted) {
        rows.push(row(name, exempt, 'exempt', `${exempt.message} (exempt: ${exempt.reason})`));
      }
      // What is to be said of exemptions that were asked for in vain.
      for (const notice of object.notices) notices.push(`${name}: ${notice}\n`);
    },
    end({ summary }) {
      if (rows.length > 0) write(`${tableOf(rows)}\n\n`);
      if (notices.length > 0) write(`${notices.join('')}\n`);
      write(`${sentence(summary)}\n`);
    },
  };
};

function tableOf(rows: readonly string[][]): string {
  const table = new Table({
    head: ['OBJECT', 'ACTION', 'CHECK', 'CONTAINER', 'PROBLEM', 'PLACE'],
    chars: { ...noBorders, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const one of rows) table.push(one);
  return trimmed(table.toString());
}

function row(
  name: string,
  { check, container, place }: ReportedViolation,
  action: string,
  problem: string,
): string[] {
  return [name, action, check, container ?? '-', problem, place === undefined ? '-' : placeCell(place)];
}

/** The line of what Helm has rendered says little to somebody who has only its template. */
function placeCell({ file, line, source }: Place): string {
  return `${file}:${line}${source === undefined ? '' : ` (${source})`}`;
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

function sentence(summary: Summary): string {
  const { objects, objectsWithViolations, deny, warn, exempted, errors, accepted = 0 } = summary;
  const judged = `${objects} object${objects === 1 ? '' : 's'} judged`;
  const unread = errors === 0 ? '' : `, ${errors} could not be read`;
  const known = accepted === 0 ? '' : `, ${accepted} accepted by the baseline`;
  const more = `${exempted === 0 ? '' : `, ${exempted} exempted`}${known}${unread}`;
  const none = accepted === 0 ? 'no violations' : 'no new violations';
  if (deny + warn === 0) return `${judged}, ${none}${more}`;
  return `${judged}, ${objectsWithViolations} with violations: ${deny} to deny, ${warn} to warn${more}`;
}
