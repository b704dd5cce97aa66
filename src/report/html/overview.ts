/** What comes first: the numbers, the checks, the namespaces. */
import { element, type Markup } from '../markup.ts';
import type { ReportedError, ReportEnd } from '../report.ts';
import { rules } from '../rules.ts';
import type { CheckTally, NamespaceTally } from './collected.ts';
import { namespaceId } from './ids.ts';

/** Errors that are listed; the rest are counted. */
const mostErrors = 100;
const barWidth = 120;

export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${thousands(value)} ${value === 1 ? singular : plural}`;
}

export function thousands(value: number): string {
  return value.toLocaleString('en-US');
}

export function namespaceTitle(name: string): string {
  return name === '' ? 'without a namespace' : name;
}

export function header({ profile, version, now }: ReportEnd, namespaces: readonly NamespaceTally[]): Markup {
  const withDenials = namespaces.reduce((sum, tally) => sum + tally.withDenials, 0);
  const withWarnings = namespaces.reduce((sum, tally) => sum + tally.withWarnings, 0);
  const judged = namespaces.reduce((sum, tally) => sum + tally.judged, 0);
  const time = `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return element(
    'header',
    {},
    element('h1', {}, 'Gracegate audit'),
    element('p', { class: 'verdict' }, verdictText(judged, withDenials, withWarnings)),
    element(
      'p',
      { class: 'muted' },
      'Profile ',
      element('strong', {}, profile),
      ', on ',
      element('time', { datetime: now.toISOString() }, time),
      `, by Gracegate ${version}`,
    ),
  );
}

/** The verdict over all objects as a sentence. */
export function verdictText(judged: number, withDenials: number, withWarnings: number): string {
  const of = counted(judged, 'object');
  if (withDenials + withWarnings === 0) return `Of ${of}, none has a violation.`;
  const warned = withWarnings === 0 ? '' : `; ${thousands(withWarnings)} more would be warned of`;
  return `Of ${of}, ${withDenials === 0 ? 'none' : thousands(withDenials)} would be denied${warned}.`;
}

export function numbers({ summary }: ReportEnd): Markup {
  const cards: readonly (readonly [string, number, string])[] = [
    ['objects judged', summary.objects, ''],
    ['with violations', summary.objectsWithViolations, ''],
    ['violations to deny', summary.deny, 'deny'],
    ['violations to warn of', summary.warn, 'warn'],
    ['exempted by their authors', summary.exempted, ''],
    ['could not be read', summary.errors, 'deny'],
  ];
  return element(
    'dl',
    { class: 'numbers' },
    ...cards.map(([name, value, className]) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        element('dd', value > 0 && className !== '' ? { class: className } : {}, thousands(value)),
      ),
    ),
  );
}

export function errorSection(errors: readonly ReportedError[]): Markup[] {
  if (errors.length === 0) return [];
  const more = errors.length - mostErrors;
  return [
    element(
      'section',
      { 'aria-labelledby': 'errors' },
      element('h2', { id: 'errors' }, 'What could not be read'),
      element('p', {}, 'It may hide anything, so the numbers above are not all.'),
      element(
        'ul',
        { class: 'errors' },
        ...errors.slice(0, mostErrors).map((error) => element('li', {}, ...errorText(error))),
        ...(more > 0 ? [element('li', {}, `and ${thousands(more)} more`)] : []),
      ),
    ),
  ];
}

function errorText({ place, message }: ReportedError): (Markup | string)[] {
  if (place === undefined) return [message];
  return [
    element('code', {}, `${place.file}${place.line === undefined ? '' : `:${place.line}`}`),
    ` ${message}`,
  ];
}

export function checkTable(tallies: readonly CheckTally[]): Markup[] {
  if (tallies.length === 0) return [];
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  return [
    element('h2', { id: 'checks' }, 'By check'),
    table(
      ['Check', 'Rule', 'Objects', 'Deny', 'Warn'],
      tallies.map(({ id, objects, deny, warn }) => [
        element('a', { href: `#check-${id}` }, id),
        titles.get(id) ?? '',
        objects,
        deny,
        warn,
      ]),
      'checks',
    ),
  ];
}

export function namespaceTable(tallies: readonly NamespaceTally[]): Markup[] {
  if (tallies.length === 0) return [];
  return [
    element('h2', { id: 'namespaces' }, 'By namespace'),
    table(
      ['Namespace', 'To deny, to warn of, clean', 'Objects', 'Deny', 'Warn'],
      tallies.map((tally) => [
        element('a', { href: `#${namespaceId(tally.name)}` }, element('bdi', {}, namespaceTitle(tally.name))),
        shares(tally),
        tally.judged,
        tally.deny,
        tally.warn,
      ]),
      'namespaces',
    ),
  ];
}

/** Its objects as one bar; the numbers are its words. */
function shares({ judged, withDenials, withWarnings }: NamespaceTally): Markup {
  const clean = judged - withDenials - withWarnings;
  const pixels = barWidth / judged;
  let x = 0;
  const part = (className: string, value: number): Markup[] => {
    if (value === 0) return [];
    const rect = element('rect', { class: className, x, y: 0, width: value * pixels, height: 10 });
    x += value * pixels;
    return [rect];
  };
  return element(
    'svg',
    {
      class: 'shares',
      role: 'img',
      'aria-label': `${thousands(withDenials)} to deny, ${thousands(withWarnings)} to warn of, ${thousands(clean)} clean`,
      viewBox: `0 0 ${barWidth} 10`,
      width: barWidth,
      height: 10,
    },
    ...part('share-deny', withDenials),
    ...part('share-warn', withWarnings),
    ...part('share-clean', clean),
  );
}

type Cell = Markup | string | number;

/** The first cell of a row is its heading. */
function table(head: readonly string[], rows: readonly (readonly Cell[])[], labelledBy: string): Markup {
  return element(
    'div',
    // What scrolls must be reached by the keyboard.
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': labelledBy },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...head.map((cell) => element('th', { scope: 'col' }, cell)))),
      element(
        'tbody',
        {},
        ...rows.map(([first = '', ...rest]) =>
          element('tr', {}, element('th', { scope: 'row' }, first), ...rest.map(cellOf)),
        ),
      ),
    ),
  );
}

function cellOf(cell: Cell): Markup {
  return typeof cell === 'number'
    ? element('td', { class: 'number' }, thousands(cell))
    : element('td', {}, cell);
}
