import { visibleLine } from '../policy/visible.ts';
import type { Place, ReportedViolation, ReporterFactory } from './report.ts';
import type { Summary } from './summary.ts';

const head = ['OBJECT', 'ACTION', 'CHECK', 'CONTAINER', 'PROBLEM', 'PLACE'];

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
      for (const notice of object.notices) notices.push(`${visibleLine(`${name}: ${notice}`)}\n`);
    },
    end({ summary }) {
      if (rows.length > 0) write(`${tableOf(rows)}\n\n`);
      if (notices.length > 0) write(`${notices.join('')}\n`);
      write(`${sentence(summary)}\n`);
    },
  };
};

/** Columns side by side. The libraries for it take minutes for 100,000 rows: they lay out cells of several lines. */
function tableOf(rows: readonly string[][]): string {
  const all = [head, ...rows.map((cells) => cells.map(visibleLine))];
  const widths = head.map((_, column) =>
    all.reduce((widest, cells) => Math.max(widest, cells[column]?.length ?? 0), 0),
  );
  return all
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
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
