/** The page: one file that loads nothing, runs nothing, and can be read without the picture. */
import { element, join, Markup } from '../../src/report/markup.ts';
import { picture } from './picture.ts';
import { summaryOf, type Circumstances, type Proof } from './proof.ts';
import { numberRows } from './table.ts';
import type { Timeline } from './timeline.ts';
import { count, seconds } from './words.ts';

const TITLE = 'A roll-out without and with Gracegate';

const STYLE = `
:root { color-scheme: light dark }
body { margin: 2rem auto; max-width: 1000px; padding: 0 1rem; font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif;
  background: #f6f8fa; color: #1f2328 }
h1 { font-size: 1.6rem; margin: 0 0 .5rem }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
figure { margin: 1.5rem 0; overflow-x: auto }
svg { display: block; box-sizing: border-box; width: 100%; min-width: 760px; height: auto; border: 1px solid #d0d7de; border-radius: 6px }
.scroll { overflow-x: auto; margin: .75rem 0 1.5rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
caption { text-align: left; color: #59636e; padding-bottom: .4rem }
th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #d0d7de; text-align: right; font-weight: 400 }
thead th { font-weight: 600; vertical-align: bottom }
th[scope=row], th:first-child { text-align: left }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #d0d7de; border-radius: 6px; font-size: .85rem }
@media (prefers-color-scheme: dark) {
  body { background: #010409; color: #e6edf3 }
  svg, th, td, pre { border-color: #30363d }
  caption { color: #9aa4af }
}
`;

export function pageOf(proof: Proof): string {
  const timelines = [proof.without.timeline, proof.with.timeline];
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      new Markup('<meta charset="utf-8">'),
      new Markup(
        `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
      ),
      new Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
      element('title', {}, TITLE),
      new Markup(`<style>${STYLE}</style>`),
    ),
    element(
      'body',
      {},
      element(
        'main',
        {},
        element('h1', {}, TITLE),
        ...summaryOf(proof).map((sentence) => element('p', {}, sentence)),
        element('figure', {}, pictureOf(proof)),
        element('h2', {}, 'The numbers'),
        numbers(proof),
        element('h2', {}, 'What became of the old pods'),
        ...timelines.map(oldPods),
        element('h2', {}, 'How it was made'),
        ...howItWasMade(proof.circumstances),
      ),
    ),
  );
  return `<!doctype html>\n${page.text}\n`;
}

/** The picture of the page, which is also the one of the README. */
export function pictureOf(proof: Proof): Markup {
  const timelines = [proof.without.timeline, proof.with.timeline];
  return picture(timelines, { title: TITLE, description: summaryOf(proof).join(' ') });
}

function numbers(proof: Proof): Markup {
  const titles = [proof.without, proof.with].map(({ timeline }) => timeline.title);
  return table('', ['', ...titles], numberRows(proof));
}

function oldPods({ title, pods }: Timeline): Markup {
  const at = (time: number | undefined): string => (time === undefined ? '-' : seconds(time));
  return table(
    `${title}, in seconds since the roll-out began`,
    ['pod', 'deleted', 'last listed as ready', 'last routed to', 'SIGTERM', 'ended', 'requests that failed'],
    pods
      .filter(({ isOld }) => isOld)
      .map(({ name, deletedAt, listed, routed, sigtermAt, endedAt, lost }) => [
        name,
        at(deletedAt),
        at(listed.at(-1)?.to),
        at(routed.at(-1)?.to),
        at(sigtermAt),
        at(endedAt),
        String(lost),
      ]),
  );
}

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const body = rows.map(([first = '', ...rest]) =>
    element('tr', {}, element('th', { scope: 'row' }, first), ...rest.map((cell) => element('td', {}, cell))),
  );
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      ...(caption === '' ? [] : [element('caption', {}, caption)]),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...head.map((cell) => (cell === '' ? element('td') : element('th', { scope: 'col' }, cell))),
        ),
      ),
      element('tbody', {}, join(body)),
    ),
  );
}

function howItWasMade({ kubernetes, rate, stops, manifest, date }: Circumstances): Markup[] {
  const day = date.toISOString().slice(0, 10);
  return [
    element(
      'p',
      {},
      `On ${day}, on one node with Kubernetes ${kubernetes} and Gracegate installed by its chart. The same application ` +
        `was rolled out with kubectl rollout restart in a namespace without a label and in one with ` +
        `gracegate.dev/mutate=baseline, under ${count(rate, 'request')} a second through its Service, each on a ` +
        `connection of its own. On SIGTERM it ${stops}.`,
    ),
    element(
      'p',
      {},
      'Pods and EndpointSlices are drawn as their watch events arrived; where the node routes was read from its rules ' +
        'every 50 ms. SIGTERM is drawn at the deletion, or at the end of the preStop sleep in the specification of the pod.',
    ),
    element(
      'details',
      {},
      element('summary', {}, 'The manifest, the same in both namespaces'),
      element('pre', {}, element('code', {}, manifest)),
    ),
  ];
}
