/** The audit as one HTML page: the numbers first, then the namespaces, then their objects with pictures. */
import { Album } from './html/album.ts';
import { Collected, worstFirst, type NamespaceTally, type DrawnObject } from './html/collected.ts';
import { htmlDocument } from './html/document.ts';
import { explanations, howToRead } from './html/explanations.ts';
import { filterForm } from './html/filter.ts';
import { Ids } from './html/ids.ts';
import { namespaceSection, type Shown } from './html/namespace.ts';
import { checkTable, errorSection, header, namespaceTable, numbers, thousands } from './html/overview.ts';
import { script } from './html/script.ts';
import { style } from './html/style.ts';
import { element, type Markup } from './markup.ts';
import type { Reporter, ReporterFactory, ReportEnd, ReportedObject } from './report.ts';

/** Objects that are shown with everything: what a browser opens at once. The worst of all namespaces. */
const mostInFull = 1000;
/** Of the rest, those that get a line. */
const mostInBrief = 10_000;
/** Where there are as few, nobody has to open them. */
const fewEnoughToOpen = 10;

/** The numbers come first, so nothing is written before the end. */
export const htmlReport: ReporterFactory = (write): Reporter => {
  const collected = new Collected();
  return {
    object: (object: ReportedObject) => collected.add(object),
    end: (end) => write(pageOf(collected, end)),
  };
};

function pageOf(collected: Collected, end: ReportEnd): string {
  const namespaces = collected.namespaces();
  const checks = collected.checks();
  const worst = namespaces.flatMap(({ objects }) => objects).toSorted(worstFirst);
  const shown = {
    inFull: new Set(worst.slice(0, mostInFull)),
    inBrief: new Set(worst.slice(mostInFull, mostInFull + mostInBrief)),
    areOpen: worst.length <= fewEnoughToOpen,
  };
  const album = new Album();
  const main = element(
    'main',
    {},
    header(end, namespaces),
    numbers(end),
    ...errorSection(end.errors),
    ...checkTable(checks),
    ...namespaceTable(namespaces),
    ...(worst.length > 0 ? [filterForm(namespaces, checks)] : []),
    objectsOf(namespaces, album, shown, worst.length),
    ...explanations(checksIn(worst)),
    ...(album.isEmpty ? [] : [howToRead()]),
  );
  return htmlDocument({
    title: `Gracegate audit: ${thousands(end.summary.deny)} to deny, ${thousands(end.summary.warn)} to warn of`,
    style,
    script,
    body: [
      element('a', { class: 'skip', href: '#objects' }, 'Skip to the objects'),
      main,
      ...(album.isEmpty ? [] : [album.drawings()]),
    ],
  });
}

function objectsOf(namespaces: readonly NamespaceTally[], album: Album, shown: Shown, count: number): Markup {
  const ids = new Ids();
  const cap =
    count <= mostInFull
      ? []
      : [
          element(
            'p',
            {},
            `Of ${thousands(count)} objects with violations, the ${thousands(mostInFull)} with most to deny are ` +
              `shown in full; of the others there is a line. gracegate audit --output json has all of it.`,
          ),
        ];
  return element(
    'div',
    { id: 'objects', tabindex: -1 },
    ...cap,
    ...namespaces.map((tally) => namespaceSection(tally, album, ids, shown)),
  );
}

/** The checks that are linked to, those of exemptions too. */
function checksIn(objects: readonly DrawnObject[]): Set<string> {
  return new Set(
    objects.flatMap(({ violations, exempted }) => [...violations, ...exempted].map(({ check }) => check)),
  );
}
