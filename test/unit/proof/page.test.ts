import { describe, expect, it } from 'vitest';
import { element, escape } from '../../../src/report/markup.ts';
import { pageOf } from '../../../scripts/proof/page.ts';
import { picture } from '../../../scripts/proof/picture.ts';
import { timeScale } from '../../../scripts/proof/scale.ts';
import { numberRows } from '../../../scripts/proof/table.ts';
import { NEW_POD, OLD_POD, proof, recording } from './example.ts';
import { rollOutOf } from '../../../scripts/proof/proof.ts';

const VOID_ELEMENTS = new Set(['meta']);

/** Names of the elements that are open at the end, or what closes something else. */
function unbalanced(markup: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = ''] of markup.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*)?>/gi)) {
    if (VOID_ELEMENTS.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

function drawn(): string {
  const { without, with: withGracegate } = proof();
  return picture([without.timeline, withGracegate.timeline], {
    title: 'A title',
    description: 'A description',
  }).text;
}

describe('the picture', () => {
  const svg = drawn();

  it('is whole: every element is closed, no number is missing', () => {
    expect(unbalanced(svg)).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('names itself for those who cannot see it', () => {
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="picture-title picture-description"/);
    expect(svg).toContain('<title id="picture-title">A title</title>');
    expect(svg).toContain('<desc id="picture-description">A description</desc>');
  });

  it('loads nothing', () => {
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(svg).not.toMatch(/<script|<image|<use|@import|url\(|href/i);
  });

  it('has a bar for the failed requests of each 100 ms, and of no other', () => {
    const groups = svg.match(/<g><title>[^<]* answered, \d+ failed<\/title>.*?<\/g>/g) ?? [];
    const isRed = (group: string): boolean => group.includes('<rect class="failed"');
    expect(groups).toHaveLength(120);
    expect(groups.filter(isRed)).toEqual(groups.filter((group) => !group.includes(', 0 failed')));
    expect(groups.filter(isRed)).toHaveLength(6);
    expect(svg).toContain('6 of 60 requests failed');
    expect(svg).toContain('0 of 60 requests failed');
  });

  it('says at the row of a stopped pod what became of the requests', () => {
    expect(svg).toContain('stopped, and routed to for 0.6 s more: 6 requests failed');
    expect(svg).toContain('still serving; routed to for 0.6 s more: 0 requests failed');
    for (const pod of [OLD_POD, NEW_POD]) expect(svg).toContain(`<title>${pod}: ready, `);
    expect(svg).toContain(
      `<title>${OLD_POD}: the node routes to it, and it has stopped, 2.0 s to 2.6 s</title>`,
    );
  });

  it('draws in colours of the light and of the dark scheme', () => {
    const [light = '', dark = ''] = svg.split('@media (prefers-color-scheme: dark)');
    for (const [, name = ''] of svg.matchAll(/<rect class="([a-z]+)/g)) {
      expect(light).toMatch(new RegExp(String.raw`\.${name} \{ fill: #`));
      expect(dark).toMatch(new RegExp(String.raw`\.${name} \{ fill: #`));
    }
  });
});

describe('the time axis', () => {
  it('is the same for both, with a tick at whole seconds that have room', () => {
    const long = rollOutOf(recording({ sleepSeconds: 1 })).timeline;
    const scale = timeScale([long, { ...long, span: { from: -1500, to: 40_000 } }]);
    expect(scale.span).toEqual({ from: -1500, to: 40_000 });
    expect(scale.ticks.slice(0, 3)).toEqual([0, 5000, 10_000]);
    expect(scale.x(-1500)).toBeLessThan(scale.x(0));
    expect(scale.x(40_000)).toBeLessThanOrEqual(1000);
  });
});

describe('the page', () => {
  const page = pageOf(proof());

  it('is a whole document with a language, a title and a picture', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<title>A roll-out without and with Gracegate</title>');
    expect(unbalanced(page)).toEqual([]);
    expect(page.match(/<svg /g)).toHaveLength(1);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('loads and runs nothing, and forbids it', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(| on[a-z]+=/i);
  });

  it('has every number as text', () => {
    for (const [name, without, withGracegate] of numberRows(proof()))
      expect(page).toContain(`<th scope="row">${name}</th><td>${without}</td><td>${withGracegate}</td>`);
  });

  it('tells of each old pod as text', () => {
    expect(page).toContain(
      `<th scope="row">${OLD_POD}</th><td>2.0 s</td><td>2.0 s</td><td>2.6 s</td><td>2.0 s</td><td>2.4 s</td><td>6</td>`,
    );
    expect(page).not.toContain(`<th scope="row">${NEW_POD}`);
  });

  it('escapes what it did not write itself', () => {
    expect(page).toContain('&quot;&lt;web&gt; &amp; &#39;more&#39;&quot;');
    const named = proof();
    const hostile = { ...named.without.timeline, title: '<script>alert(1)</script>' };
    expect(pageOf({ ...named, without: { ...named.without, timeline: hostile } })).not.toContain('<script');
  });
});

describe('markup', () => {
  it('escapes text and attributes, and leaves elements as they are', () => {
    expect(element('p', { title: `"<&'` }, 'a < b', element('b', {}, '&')).text).toBe(
      '<p title="&quot;&lt;&amp;&#39;">a &lt; b<b>&amp;</b></p>',
    );
    expect(escape('&amp;')).toBe('&amp;amp;');
  });

  it('writes numbers to a tenth', () => {
    expect(element('rect', { x: 1.26, y: 2 }).text).toBe('<rect x="1.3" y="2"></rect>');
  });
});
