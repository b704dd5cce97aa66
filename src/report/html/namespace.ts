/** The objects of a namespace, the worst first. */
import { element, type Markup } from '../markup.ts';
import type { Album } from './album.ts';
import { namespaceId, type Ids } from './ids.ts';
import type { DrawnObject, NamespaceTally } from './collected.ts';
import { objectLine, objectSection } from './object.ts';
import { counted, namespaceTitle, thousands } from './overview.ts';

export interface Shown {
  /** Those that are shown with all that there is to say. */
  readonly inFull: ReadonlySet<DrawnObject>;
  /** Those of which there is a line. */
  readonly inBrief: ReadonlySet<DrawnObject>;
  readonly areOpen: boolean;
}

export function namespaceSection(
  tally: NamespaceTally,
  album: Album,
  ids: Ids,
  { inFull, inBrief, areOpen }: Shown,
): Markup {
  const { name, judged, deny, warn, objects } = tally;
  const full = objects.filter((object) => inFull.has(object));
  const brief = objects.filter((object) => inBrief.has(object));
  const rest = objects.length - full.length - brief.length;
  const heading = ids.unique(namespaceId(name));
  return element(
    'section',
    { class: 'namespace', 'aria-labelledby': heading },
    element('h2', { id: heading }, 'Namespace ', element('bdi', {}, namespaceTitle(name))),
    element(
      'p',
      { class: 'muted' },
      `${counted(judged, 'object')}, ${thousands(deny)} to deny, ${thousands(warn)} to warn of`,
    ),
    ...full.map((object) =>
      objectSection(object, album, {
        id: ids.unique(`${object.kind}/${object.namespace}/${object.name}`),
        isOpen: areOpen,
      }),
    ),
    ...(brief.length > 0 ? [element('ul', { class: 'brief' }, ...brief.map(objectLine))] : []),
    ...(rest > 0 ? [element('p', { class: 'muted' }, `and ${thousands(rest)} more`)] : []),
    ...cleanOnes(tally),
  );
}

function cleanOnes({ judged, objects, clean }: NamespaceTally): Markup[] {
  const count = judged - objects.length;
  if (count === 0) return [];
  const more = count - clean.length;
  return [
    element(
      'details',
      { class: 'clean' },
      element('summary', {}, `${counted(count, 'object')} without violations`),
      element('p', {}, `${clean.join(', ')}${more > 0 ? `, and ${thousands(more)} more` : ''}`),
    ),
  ];
}
