/** The verdict of a profile as markup, in the words and the looks of the HTML report. */
import type { ManifestError } from '../manifests/manifest.ts';
import type { JsonObject } from '../policy/json.ts';
import { Album } from '../report/html/album.ts';
import { explanations, howToRead } from '../report/html/explanations.ts';
import { objectLine } from '../report/html/object.ts';
import { counted, verdictText } from '../report/html/overview.ts';
import { element, join, type Markup } from '../report/markup.ts';
import type { ReportedObject } from '../report/report.ts';
import { mostInFull, mostMarkup } from './limits.ts';
import { shownObject } from './object.ts';
import type { PatchedPod } from './patched-pod.ts';
import { lineButton } from './line-button.ts';

export interface JudgedObject {
  readonly reported: ReportedObject;
  /** Of a workload. */
  readonly pod?: JudgedPod;
}

export interface JudgedPod {
  /** As it is written. */
  readonly template: JsonObject;
  /** Made only where it is shown. */
  readonly patch: () => PatchedPod;
}

export interface VerdictParts {
  /** Name of the profile. */
  readonly profile: string;
  /** True where the pods are judged as the profile would patch them. */
  readonly patched: boolean;
  /** As the user named it; undefined where there is none. */
  readonly configurationFile: string | undefined;
  readonly objects: readonly JudgedObject[];
  readonly errors: readonly ManifestError[];
}

/** Errors that are listed; the rest are counted. */
const mostErrors = 50;

export function shownVerdict(parts: VerdictParts): Markup {
  const { profile, objects, errors } = parts;
  const album = new Album();
  const room = new Room();
  const shown = room.fill(objects.slice(0, mostInFull), (object, index) =>
    shownObject(object, album, { profile, id: `object-${index + 1}` }),
  );
  const full = objects.slice(0, shown.length);
  const rest = objects.slice(shown.length);
  const checks = new Set(
    full.flatMap(({ reported: { violations, exempted } }) =>
      [...violations, ...exempted].map(({ check }) => check),
    ),
  );
  return join([
    element('p', { class: 'verdict' }, verdictSentence(objects, errors)),
    element('p', { class: 'where' }, 'The same in a shell: ', element('code', {}, command(parts))),
    ...unreadable(errors),
    ...shown,
    ...(rest.length === 0 ? [] : brief(rest, shown.length, room)),
    ...explanations(checks),
    ...(album.isEmpty ? [] : [howToRead(), album.drawings()]),
  ]);
}

function command({ profile, patched, configurationFile }: VerdictParts): string {
  const flags = [
    ...(configurationFile === undefined ? [] : [`--config ${shellWord(configurationFile)}`]),
    `--profile ${profile}`,
    ...(patched ? [`--mutate ${profile}`] : []),
  ];
  return `gracegate audit -f FILE ${flags.join(' ')}`;
}

function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

export function verdictSentence(objects: readonly JudgedObject[], errors: readonly ManifestError[]): string {
  const actions = objects.map(
    ({ reported: { violations } }) => new Set(violations.map(({ action }) => action)),
  );
  const denied = actions.filter((found) => found.has('deny')).length;
  const warned = actions.filter((found) => found.has('warn') && !found.has('deny')).length;
  const sentences = [
    ...(errors.length === 0 ? [] : [`${counted(errors.length, 'document')} could not be read.`]),
    ...(objects.length === 0 ? [] : [verdictText(objects.length, denied, warned)]),
  ];
  return sentences.length === 0 ? 'There is nothing here that Gracegate judges.' : sentences.join(' ');
}

function unreadable(errors: readonly ManifestError[]): Markup[] {
  if (errors.length === 0) return [];
  const more = errors.length - mostErrors;
  return [
    element(
      'section',
      { 'aria-labelledby': 'errors' },
      element('h3', { id: 'errors' }, 'What could not be read'),
      element(
        'ul',
        { class: 'errors' },
        ...errors
          .slice(0, mostErrors)
          .map(({ line = 1, message }) => element('li', {}, lineButton({ line, column: 1 }), ` ${message}`)),
        ...(more > 0 ? [element('li', {}, `and ${more} more`)] : []),
      ),
    ),
  ];
}

function brief(objects: readonly JudgedObject[], full: number, room: Room): Markup[] {
  const lines = room.fill(objects, ({ reported }) => objectLine(reported));
  const more = objects.length - lines.length;
  const first =
    full === 0 ? 'No object is' : full === 1 ? 'The first object is' : `The first ${full} objects are`;
  return [
    element('p', {}, `${first} shown in full; of the others there is a line.`),
    element('ul', { class: 'brief' }, join(lines)),
    ...(more > 0 ? [element('p', { class: 'muted' }, `and ${more} more`)] : []),
  ];
}

/** What is left of the markup that a browser is given. */
class Room {
  #left = mostMarkup;

  /** The first of them, as far as there is room. */
  fill<Item>(items: readonly Item[], shown: (item: Item, index: number) => Markup): Markup[] {
    const markup: Markup[] = [];
    for (const [index, item] of items.entries()) {
      const next = shown(item, index);
      if (next.text.length > this.#left) break;
      this.#left -= next.text.length;
      markup.push(next);
    }
    return markup;
  }
}
