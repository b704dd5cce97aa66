/** One object: what is wrong with it, what would be patched into its pods, and how they start and stop. */
import { lineDiff, type DiffLine } from '../fix/diff.ts';
import { printManifests } from '../manifests/print.ts';
import type { Json, JsonObject } from '../policy/json.ts';
import type { Album } from '../report/html/album.ts';
import { badges, pictures } from '../report/html/object.ts';
import { violationItem } from '../report/html/violation.ts';
import { element, Markup } from '../report/markup.ts';
import type { ReportedObject } from '../report/report.ts';
import { mostDrawn, mostNotices, mostOfPod, mostPatched, mostViolations } from './limits.ts';
import { lineButton } from './line-button.ts';
import { shortened } from './shorten.ts';
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
    ...listed(violations, exempted),
    ...noticed(notices),
    ...(pod === undefined ? [] : shownPatch(pod, profile)),
    ...drawn(reported, album),
  );
}

function drawn(object: ReportedObject, album: Album): Markup[] {
  const life = object.life?.();
  const containers = life?.start.length ?? 0;
  if (containers <= mostDrawn) return pictures(life, album);
  return [element('p', { class: 'muted' }, `More than can be drawn here: ${containers} containers.`)];
}

function noticed(notices: readonly string[]): Markup[] {
  const more = notices.length - mostNotices;
  return [
    ...notices.slice(0, mostNotices).map((notice) => element('p', { class: 'notice' }, notice)),
    ...(more > 0 ? [element('p', { class: 'muted' }, `and ${more} more`)] : []),
  ];
}

function listed(violations: ReportedObject['violations'], exempted: ReportedObject['exempted']): Markup[] {
  const count = violations.length + exempted.length;
  if (count === 0) return [];
  const items = [
    ...violations
      .slice(0, mostViolations)
      .map((violation) => violationItem(violation, undefined, lineButton)),
    ...exempted
      .slice(0, Math.max(mostViolations - violations.length, 0))
      .map((violation) => violationItem(violation, violation.reason, lineButton)),
  ];
  const more = count - items.length;
  return [
    element('ul', { class: 'violations' }, ...items),
    ...(more > 0 ? [element('p', { class: 'muted' }, `and ${more} more`)] : []),
  ];
}

function shownPatch({ template, patch }: JudgedPod, profile: string): Markup[] {
  const label = `gracegate.dev/mutate=${profile}`;
  const { template: patched, operations, warnings } = patch();
  const notices = noticed(shortened(warnings));
  if (operations === 0) {
    const nothing = element('p', { class: 'muted' }, element('code', {}, label), ' would patch nothing.');
    return [...notices, nothing];
  }
  return [
    element('h4', { class: 'patch' }, 'What ', element('code', {}, label), ' writes into its pods'),
    ...notices,
    shownDiff(template, patched, operations),
  ];
}

function shownDiff(template: JsonObject, patched: JsonObject, operations: number): Markup {
  if (operations > mostPatched || sizeOf(template) > mostOfPod) return tooMuch(operations);
  const [before, after] = [printManifests([template]), printManifests([patched])];
  // What is deeply nested is indented more than it holds.
  if (before.length > 2 * mostOfPod) return tooMuch(operations);
  const lines = lineDiff(before, after).map((line) => shownLine(line).text);
  return element('pre', { class: 'diff' }, new Markup(lines.join('')));
}

function tooMuch(operations: number): Markup {
  const patch = `a patch of ${operations} ${operations === 1 ? 'operation' : 'operations'}`;
  return element('p', { class: 'muted' }, `More than can be shown here: ${patch}.`);
}

/** Characters of its keys and texts and one for every value, each as often as it is printed; not counted on beyond the most. */
function sizeOf(value: Json | undefined): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  for (const [key, child] of Object.entries(value)) {
    size += (Array.isArray(value) ? 0 : key.length) + sizeOf(child);
    if (size > mostOfPod) break;
  }
  return size;
}

const elements = { added: 'ins', removed: 'del' } as const;
const signs = { added: '+', removed: '-' } as const;

function shownLine({ change, text }: DiffLine): Markup {
  if (change === undefined) return element('span', {}, `  ${text}\n`);
  return element(elements[change], {}, `${signs[change]} ${text}\n`);
}
