/** One object: what is wrong with it, what would be patched into its pods, and how they start and stop. */
import { lineDiff, type DiffLine } from '../fix/diff.ts';
import { printManifests } from '../manifests/print.ts';
import type { Album } from '../report/html/album.ts';
import { badges, pictures } from '../report/html/object.ts';
import { violationItem } from '../report/html/violation.ts';
import { element, type Markup } from '../report/markup.ts';
import { mostPatched, mostViolations } from './limits.ts';
import { lineButton } from './line-button.ts';
import type { JudgedObject, JudgedPod } from './verdict.ts';

export interface ObjectOptions {
  /** Name of the profile. */
  readonly profile: string;
  readonly id: string;
}

export function shownObject(
  { reported, pod }: JudgedObject,
  album: Album,
  { profile, id }: ObjectOptions,
): Markup {
  const { kind, name, apiVersion, place, violations, exempted, notices } = reported;
  return element(
    'section',
    { class: 'object', 'aria-labelledby': id },
    element(
      'div',
      { class: 'title' },
      element('h3', { id }, `${kind} `, element('bdi', {}, name)),
      ...badges(reported),
    ),
    element(
      'p',
      { class: 'where' },
      element('code', {}, apiVersion),
      ...(place === undefined ? [] : [' ', lineButton(place)]),
    ),
    ...listed([
      ...violations.map((violation) => violationItem(violation, undefined, lineButton)),
      ...exempted.map((violation) => violationItem(violation, violation.reason, lineButton)),
    ]),
    ...notices.map((notice) => element('p', { class: 'notice' }, notice)),
    ...(pod === undefined ? [] : shownPatch(pod, profile)),
    ...pictures(reported, album),
  );
}

function listed(items: readonly Markup[]): Markup[] {
  if (items.length === 0) return [];
  const more = items.length - mostViolations;
  return [
    element('ul', { class: 'violations' }, ...items.slice(0, mostViolations)),
    ...(more > 0 ? [element('p', { class: 'muted' }, `and ${more} more`)] : []),
  ];
}

function shownPatch({ template, patch }: JudgedPod, profile: string): Markup[] {
  const label = `gracegate.dev/mutate=${profile}`;
  const { template: patched, operations, warnings } = patch();
  const notices = warnings.map((warning) => element('p', { class: 'notice' }, warning));
  if (operations === 0) {
    const nothing = element('p', { class: 'muted' }, element('code', {}, label), ' would patch nothing.');
    return [...notices, nothing];
  }
  return [
    element('h4', { class: 'patch' }, 'What ', element('code', {}, label), ' writes into its pods'),
    ...notices,
    operations > mostPatched
      ? element('p', { class: 'muted' }, `More than can be shown here: a patch of ${operations} operations.`)
      : shownDiff(printManifests([template]), printManifests([patched])),
  ];
}

function shownDiff(before: string, after: string): Markup {
  return element('pre', { class: 'diff' }, ...lineDiff(before, after).map(shownLine));
}

const elements = { added: 'ins', removed: 'del' } as const;
const signs = { added: '+', removed: '-' } as const;

function shownLine({ change, text }: DiffLine): Markup {
  if (change === undefined) return element('span', {}, `  ${text}\n`);
  return element(elements[change], {}, `${signs[change]} ${text}\n`);
}
