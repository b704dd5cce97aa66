/**
 * Workflow commands of GitHub Actions, which become annotations of a pull request:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import { visible } from '../policy/visible.ts';
import { counted, isStandardInput, objectName, placeText, problemText, slashedPath } from './naming.ts';
import type { Place, ReportedError, ReportedObject, ReportedViolation, ReporterFactory } from './report.ts';

/** GitHub shows so many errors, and as many warnings, of one step. The others are in its log. */
const maxShown = 10;

/** GitHub takes no longer title, in UTF-16 code units. */
const maxTitle = 255;

type Command = 'error' | 'warning' | 'notice';

const commands = { deny: 'error', warn: 'warning' } as const;

export const githubReporter: ReporterFactory = (write) => {
  return {
    object(object) {
      for (const violation of object.violations) write(violationCommand(object, violation));
      for (const notice of object.notices)
        write(command('notice', properties(objectName(object), object.place), notice));
    },
    end({ summary, errors }) {
      for (const error of errors) write(errorCommand(error));
      const { deny, warn, objects, exempted } = summary;
      const shown = { errors: deny + errors.length, warnings: warn };
      if (shown.errors > maxShown || shown.warnings > maxShown) write(leftOutCommand(shown));
      // No name of anybody's making: the runner would obey a command in it.
      write(
        [
          `Gracegate judged ${counted(objects, 'object')}: ${counted(deny, 'denial')}`,
          counted(warn, 'warning'),
          counted(exempted, 'exemption'),
          `${counted(errors.length, 'error')}\n`,
        ].join(', '),
      );
    },
  };
};

function violationCommand(object: ReportedObject, violation: ReportedViolation): string {
  const place = violation.place ?? object.place;
  const title = `${violation.check}: ${objectName(object)}`;
  const message = `${problemText(violation)}${placeSuffix(place)}`;
  return command(commands[violation.action], properties(title, place), message);
}

/** What the properties of a command cannot say: lines of standard input, and the template of a rendered manifest. */
function placeSuffix(place: Place | undefined): string {
  if (place === undefined) return '';
  return isStandardInput(place) || place.source !== undefined ? ` (${placeText(place)})` : '';
}

function errorCommand({ place, message }: ReportedError): string {
  if (place === undefined) return command('error', { title: 'Not audited' }, message);
  if (isStandardInput(place)) {
    const line = place.line === undefined ? '' : `, line ${place.line}`;
    return command('error', { title: 'Not audited' }, `${message} (standard input${line})`);
  }
  const file = slashedPath(place.file);
  return command('error', { file, ...(place.line && { line: place.line }), title: 'Not audited' }, message);
}

/** Of how many problems there will be no annotation. */
function leftOutCommand(found: { readonly errors: number; readonly warnings: number }): string {
  const left = [
    { count: found.errors - maxShown, noun: 'error' },
    { count: found.warnings - maxShown, noun: 'warning' },
  ].filter(({ count }) => count > 0);
  const text = left.map(({ count, noun }) => counted(count, noun)).join(' and ');
  return command(
    'notice',
    { title: 'More problems than annotations' },
    `GitHub shows ${maxShown} errors and ${maxShown} warnings of a step: ${text} more in the log of this step`,
  );
}

/** The order is that of GitHub's documentation. */
function properties(title: string, place: Place | undefined): Readonly<Record<string, string | number>> {
  if (place === undefined || isStandardInput(place)) return { title };
  return { file: slashedPath(place.file), line: place.line, col: place.column, title };
}

function command(name: Command, values: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(values).map(
    ([key, value]) =>
      `${key}=${escapeProperty(
        printable(String(value))
          .slice(0, key === 'title' ? maxTitle : undefined)
          .toWellFormed(),
      )}`,
  );
  return `::${name} ${list.join(',')}::${escapeData(printable(message))}\n`;
}

/** As the runner takes it back (actions/runner, ActionCommand.cs). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** What the runner prints in its log is read on terminals too. Ends of lines are its own to show. */
function printable(text: string): string {
  return text.toWellFormed().split('\r').map(visible).join('\r');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
