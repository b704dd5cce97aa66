import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../../src/report/html.ts';
import type { ReportedViolation, ReportedObject } from '../../../../src/report/report.ts';
import { everything, hostileAudit, print } from '../sample-audits.ts';
import { judged, pageOf } from './judged.ts';
import { shop } from './shop.ts';

function reportedObject(fields: Partial<ReportedObject> = {}): ReportedObject {
  const bare = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  return { ...bare, violations: [], exempted: [], notices: [], ...fields };
}

function violation(fields: Partial<ReportedViolation> = {}): ReportedViolation {
  return { check: 'cpu-request', action: 'deny', path: 'spec', message: 'no CPU request', ...fields };
}

const objects = judged(shop);
const page = pageOf(objects);

/** What lies between the first start tag of a name and its end tag. */
const contentOf = (html: string, name: string): string =>
  new RegExp(`<${name}[^>]*>([\\s\\S]*?)</${name}>`).exec(html)?.[1] ?? '';

const sha256 = (text: string): string =>
  `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;

/** The text of a page without its style and its script, as a reader of the source sees it. */
const markupOf = (html: string): string =>
  html.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<script>[\s\S]*?<\/script>/, '');

const textOf = (html: string): string =>
  markupOf(html)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const voidElements = new Set(['meta', 'link', 'input']);

/** Names of the elements that are open at the end, or what closes something else. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = ''] of markupOf(html).matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*)?>/gi)) {
    if (voidElements.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

/** Elements of a page by name, each with how many there are. */
function elementsOf(html: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = ''] of markupOf(html).matchAll(/<([a-z0-9!-]+)/gi)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const idsOf = (html: string): string[] =>
  [...markupOf(html).matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id);

const rowOf = (html: string, name: string): string[] =>
  [...html.matchAll(/<tr>.*?<\/tr>/g)]
    .map(([row]) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell = '']) => textOf(cell).trim()),
    )
    .find(([first]) => first === name) ?? [];

describe('the page', () => {
  it('is the same for the same audit, byte by byte', () => {
    expect(pageOf(judged(shop))).toBe(page);
  });

  it('is whole: every element is closed, no number is missing, every id is there once', () => {
    expect(unbalanced(page)).toEqual([]);
    expect(textOf(page)).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(markupOf(page)).not.toMatch(/"(?:NaN|undefined|-?Infinity)"/);
    expect(new Set(idsOf(page)).size).toBe(idsOf(page).length);
  });

  it('has a target for every link within it, and no other link', () => {
    const ids = new Set(idsOf(page));
    const links = [...markupOf(page).matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter((href) => !href.startsWith('data:') && !ids.has(href.slice(1)))).toEqual([]);
  });

  it('allows its own style and script by their hashes, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src '${sha256(contentOf(page, 'style'))}'`,
      `script-src '${sha256(contentOf(page, 'script'))}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('loads nothing, and has no script or style in its elements', () => {
    expect(markupOf(page)).not.toMatch(/\s(?:on\w+|style|src|srcset|action|formaction)=/i);
    expect(markupOf(page)).not.toMatch(/https?:/);
    expect(contentOf(page, 'style')).not.toMatch(/@import|url\((?!#)/);
    expect(contentOf(page, 'script')).not.toMatch(/fetch|XMLHttp|import|eval|innerHTML|document\.write/);
  });

  it('has the numbers first, then the checks, the namespaces and the objects', () => {
    const order = [
      'class="numbers"',
      'id="checks"',
      'id="namespaces"',
      'id="filter"',
      'id="objects"',
      'id="explanations"',
    ];
    const positions = order.map((part) => page.indexOf(part));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(positions[0]).toBeGreaterThan(0);
    const denied = objects.filter(({ violations }) => violations.some(({ action }) => action === 'deny'));
    expect(textOf(page)).toContain(
      `Of 11 objects, ${denied.length} would be denied; ${11 - denied.length} more would be warned of.`,
    );
    expect(rowOf(page, 'grace-period')).toEqual([
      'grace-period',
      'The grace period leaves time to drain',
      '1',
      '1',
      '0',
    ]);
    expect(rowOf(page, 'shop').slice(2)).toEqual(['6', '3', '8']);
  });

  it('says of each object what is wrong, what to do, and where', () => {
    for (const { kind, name, violations } of objects) {
      expect(textOf(page)).toContain(`${kind} ${name}`);
      for (const { message, path, place } of violations) {
        expect(textOf(page)).toContain(message);
        expect(page).toContain(`<code>${path}</code>`);
        expect(page).toContain(`<code>shop.yaml:${place?.line}:11</code>`);
      }
    }
  });

  it('explains the checks that found something, and no other', () => {
    const found = new Set(objects.flatMap(({ violations }) => violations.map(({ check }) => check)));
    const explained = idsOf(page).filter((id) => /^check-.*(?<!-title)$/.test(id));
    expect(explained.toSorted()).toEqual([...found].map((id) => `check-${id}`).toSorted());
  });

  it('has the two pictures of each workload that serves, each once, with a text in their place', () => {
    const serving = objects.filter(({ life }) => life !== undefined).length;
    const pictures = [
      ...page.matchAll(
        /<svg class="picture"[^>]*role="img" aria-label="([^"]*)"[^>]*><use href="#([^"]*)">/g,
      ),
    ];
    expect(serving).toBe(objects.length - 1);
    expect(pictures).toHaveLength(2 * serving);
    for (const [, label = ''] of pictures) expect(label).toMatch(/^How it (?:starts|stops)\. .{20}/);
    const symbols = elementsOf(page).get('symbol');
    expect(symbols).toBe(new Set(pictures.map(([, , id]) => id)).size);
    expect(symbols).toBeLessThan(pictures.length);
  });

  it('shows what is exempt, notices, errors, the place in a template, and objects without a namespace', () => {
    const html = print(htmlReport, everything);
    const text = textOf(html);
    expect(text).toContain('no liveness probe (exempt: restarts lose money)');
    expect(text).toContain('gracegate.dev/drain-seconds is not a number');
    expect(text).toContain('./deploy/web app.yaml:30 not a Kubernetes object: kind is missing');
    expect(text).toContain('services: you may not list them');
    expect(text).toContain('standard input:47:9 from web/templates/hpa.yaml');
    expect(text).toContain('Namespace without a namespace');
    expect(text).toContain('1 object without violations Deployment clean');
    expect(html).toContain('<option value="=">without a namespace</option>');
  });

  it('needs no filter where there is nothing to say', () => {
    const html = pageOf([reportedObject()]);
    expect(textOf(html)).toContain('Of 1 object, none has a violation.');
    expect(html).not.toContain('id="filter"');
    expect(html).not.toContain('id="explanations"');
    expect(unbalanced(html)).toEqual([]);
    expect(textOf(pageOf([]))).toContain('Of 0 objects, none has a violation.');
  });

  it('opens objects only where there are few', () => {
    expect(page).not.toMatch(/<details class="object"[^>]* open>/);
    expect(pageOf(objects.slice(0, 10)).match(/<details class="object"[^>]* open>/g)).toHaveLength(10);
  });
});

describe('hostile text', () => {
  it('makes no element, no attribute and no id that was not there before', () => {
    fc.assert(
      fc.property(hostileAudit, (audit) => {
        const html = print(htmlReport, audit);
        expect(unbalanced(html)).toEqual([]);
        expect(elementsOf(html).get('script')).toBeUndefined();
        expect(elementsOf(html).get('img')).toBeUndefined();
        expect(new Set(idsOf(html)).size).toBe(idsOf(html).length);
        for (const id of idsOf(html)) expect(id).not.toMatch(/\s/);
        expect(markupOf(html)).not.toMatch(/<[^>]*\son\w+=/i);
        // No control character but white space, no half of a character.
        // oxlint-disable-next-line no-control-regex
        expect(html).not.toMatch(/[\u0000-\u0008\u000E-\u001F\u007F-\u009F]/);
        expect(html.isWellFormed()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is there to be read', () => {
    const html = pageOf([
      reportedObject({
        name: '</script><img src=x onerror=alert(1)>',
        violations: [violation({ message: 'a < b && c' })],
      }),
    ]);
    expect(html).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;');
    expect(html).toContain('a &lt; b &amp;&amp; c');
  });
});

describe('many objects', () => {
  const many = Array.from({ length: 12_000 }, (_, index): ReportedObject =>
    reportedObject({
      name: `web-${index}`,
      namespace: index % 2 === 0 ? 'even' : 'odd',
      violations:
        index < 500 ? [violation({ action: 'warn' })] : [violation(), violation({ check: 'pre-stop' })],
    }),
  );
  const html = pageOf(many);

  it('are shown in full up to 1,000, in a line up to 10,000 more, and counted beyond', () => {
    expect(html.match(/<details class="object"/g)).toHaveLength(1000);
    expect(html.match(/<li class="object"/g)).toHaveLength(10_000);
    expect(textOf(html)).toContain(
      'Of 12,000 objects with violations, the 1,000 with most to deny are shown in full; of the others there is a line.',
    );
    expect([...textOf(html).matchAll(/and (\d+) more /g)].map(([, count]) => Number(count))).toEqual([
      250, 750,
    ]);
  });

  it('begin with the worst', () => {
    const first = /<h3>Deployment <bdi>([^<]*)/.exec(html)?.[1];
    expect(first).toBe('web-500');
  });

  it('name 200 without violations in each namespace', () => {
    const clean = Array.from({ length: 450 }, (_, index) => reportedObject({ name: `web-${index}` }));
    expect(textOf(pageOf(clean))).toContain('Deployment web-199, and 250 more');
  });
});
