/** One object: its violations, and how its pods start and stop. */
import type { Life } from '../../policy/life/life.ts';
import type { ReportedObject } from '../report.ts';
import { element, type Markup } from '../markup.ts';
import { startPicture } from '../pictures/start-picture.ts';
import { stopPicture } from '../pictures/stop-picture.ts';
import { describeStart, describeStop } from '../pictures/words.ts';
import type { Album } from './album.ts';
import { countOf, type DrawnObject } from './collected.ts';
import { badge, placeOf, violationItem } from './violation.ts';

export interface ObjectOptions {
  readonly id: string;
  /** True where there are so few that nobody has to open them. */
  readonly isOpen: boolean;
}

export function objectSection(object: DrawnObject, album: Album, { id, isOpen }: ObjectOptions): Markup {
  const { kind, name, apiVersion, place, violations, exempted, notices } = object;
  return element(
    'details',
    { class: 'object', id, ...filterData(object), ...(isOpen && { open: true }) },
    element('summary', {}, element('h3', {}, `${kind} `, element('bdi', {}, name)), ...badges(object)),
    element(
      'div',
      { class: 'body' },
      element(
        'p',
        { class: 'where' },
        element('code', {}, apiVersion),
        ...(place === undefined ? [] : [' in ', placeOf(place)]),
      ),
      element(
        'ul',
        { class: 'violations' },
        ...violations.map((violation) => violationItem(violation)),
        ...exempted.map((violation) => violationItem(violation, violation.reason)),
      ),
      ...notices.map((notice) => element('p', { class: 'notice' }, notice)),
      ...pictures(object.life, album),
    ),
  );
}

/** The same in one line, where there are too many to show all of each. */
export function objectLine(object: Omit<ReportedObject, 'life'>): Markup {
  return element(
    'li',
    { class: 'object', ...filterData(object) },
    `${object.kind} `,
    element('bdi', {}, object.name),
    ...badges(object),
  );
}

/** How often what is done about it. */
export function badges(object: Pick<ReportedObject, 'violations' | 'exempted'>): Markup[] {
  const deny = countOf(object, 'deny');
  const warn = countOf(object, 'warn');
  const exempt = object.exempted.length;
  return [
    ...(deny > 0 ? [badge('deny', `${deny} deny`)] : []),
    ...(warn > 0 ? [badge('warn', `${warn} warn`)] : []),
    ...(exempt > 0 ? [badge('exempt', `${exempt} exempt`)] : []),
  ];
}

/** What the script filters by. */
function filterData({ namespace, violations }: Omit<ReportedObject, 'life'>): Record<string, string> {
  const actions = new Set(violations.map(({ action }) => action));
  const checks = new Set(violations.map(({ check }) => check));
  return {
    'data-namespace': namespace,
    'data-actions': [...actions].join(' '),
    'data-checks': [...checks].join(' '),
  };
}

/** How its pods start and stop; nothing for what makes none that get requests. */
export function pictures(life: Life | undefined, album: Album): Markup[] {
  if (life === undefined) return [];
  const { start, stop } = life;
  return [
    element(
      'div',
      { class: 'pictures' },
      album.figure('How it starts', startPicture(start), describeStart(start)),
      album.figure('How it stops', stopPicture(stop), describeStop(stop)),
    ),
  ];
}
