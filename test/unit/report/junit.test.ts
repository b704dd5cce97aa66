import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { junitReporter } from '../../../src/report/junit.ts';
import { xmlAttributes, xmlText } from '../../../src/report/xml.ts';
import {
  everything,
  hostileAudit,
  hostileText,
  place,
  print,
  judgedAudit,
  judgedObject,
  violation,
  type JudgedAudit,
} from './sample-audits.ts';

const fileName = 'junit-jenkins.xsd';
const schema = {
  fileName,
  contents: readFileSync(new URL(`../../fixtures/schemas/${fileName}`, import.meta.url), 'utf8'),
};

/** What a parser and the published schema object to. */
async function problemsOf(documents: readonly string[]): Promise<string[]> {
  const xml = documents.map((contents, index) => ({ fileName: `${index}.xml`, contents }));
  const { valid, errors } = await validateXML({ xml, schema, maxMemoryPages: 4096 });
  return valid ? [] : errors.map(({ rawMessage }) => rawMessage);
}

/** The XML that a report is, without line ends between elements. */
function report(audit: JudgedAudit): string {
  return print(junitReporter, audit);
}

/** What a parser makes of the value of an attribute. */
function unescaped(value: string): string {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return value.replaceAll(/&(?:#(\d+)|(\w+));/g, (_match, code: string | undefined, name: string) =>
    code === undefined ? (names[name] ?? '') : String.fromCodePoint(Number(code)),
  );
}

function attributesOf(xml: string, element: string): Readonly<Record<string, string>>[] {
  return [...xml.matchAll(new RegExp(`<${element}((?: [a-z]+="[^"]*")*)/?>`, 'g'))].map(([, list = '']) =>
    Object.fromEntries(
      [...list.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, name, value = '']) => [name, unescaped(value)]),
    ),
  );
}

describe('the JUnit report', () => {
  it('is valid by the schema of Jenkins, which refuses what is not', async () => {
    expect(await problemsOf([report(everything), report(judgedAudit([]))])).toEqual([]);
    const [suite = ''] = /<testsuite [^]*?<\/testsuite>/.exec(report(everything)) ?? [];
    for (const broken of [
      suite.replace('<testcase ', '<test '),
      suite.replace('</failure>', '</failure><failure type="x"/>').replace(' tests=', ' test='),
      suite.replace('</testsuite>', ''),
    ]) {
      expect(broken).not.toBe(suite);
      expect(await problemsOf([`<testsuites>${broken}</testsuites>`])).not.toEqual([]);
    }
  });

  it('stays valid whatever manifests say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileAudit, { minLength: 1, maxLength: 20 }), async (audits) => {
        expect(await problemsOf(audits.map(report))).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  it('has a suite for each file and each namespace, and counts what is in it', () => {
    expect(
      attributesOf(report(everything), 'testsuite').map(({ name, tests, failures, errors, id }) =>
        [id, name, tests, failures, errors].join(' '),
      ),
    ).toEqual(['0 deploy/web app.yaml 2 1 1', '1 standard input 1 1 0', '2 pay 2 1 0', '3 cluster 2 0 1']);
  });

  it('gathers a namespace whose objects do not come in one row', () => {
    const xml = report(
      judgedAudit(['a', 'b', 'a'].map((namespace) => judgedObject({ namespace, violations: [violation()] }))),
    );
    expect(attributesOf(xml, 'testsuite').map(({ name, tests }) => `${name} ${tests}`)).toEqual([
      'a 2',
      'b 1',
    ]);
  });

  it('says when and by which profile', () => {
    const xml = report(everything);
    expect(attributesOf(xml, 'testsuite')[0]).toMatchObject({ timestamp: '2026-11-21T18:00:00' });
    expect(attributesOf(xml, 'property')[0]).toEqual({ name: 'profile', value: 'baseline' });
  });
});

describe('a test case', () => {
  const object = judgedObject({ place: place('web.yaml', 1) });

  it('fails once for all denials, and names them with the warnings', () => {
    const xml = report(
      judgedAudit([
        {
          ...object,
          violations: [
            violation({ place: place('web.yaml', 14) }),
            violation({ check: 'readiness-probe', message: 'no readiness probe' }),
            violation({ check: 'pre-stop', action: 'warn', message: 'no preStop hook' }),
          ],
        },
      ]),
    );
    expect(attributesOf(xml, 'testcase')).toEqual([
      { name: 'Deployment shop/web', classname: 'web.yaml', time: '0' },
    ]);
    expect(attributesOf(xml, 'failure')).toEqual([{ message: '2 problems', type: 'cpu-request' }]);
    expect(/<failure[^>]*>([^<]*)</.exec(xml)?.[1]?.split('\n')).toEqual([
      'container app: no CPU request; set resources.requests.cpu, for example 100m [cpu-request] (web.yaml:14:9)',
      'container app: no readiness probe [readiness-probe]',
      'warning: container app: no preStop hook [pre-stop]',
    ]);
  });

  it('with one denial says it in the message', () => {
    const xml = report(judgedAudit([{ ...object, violations: [violation({ message: 'no CPU request' })] }]));
    expect(attributesOf(xml, 'failure')).toEqual([
      { message: 'container app: no CPU request', type: 'cpu-request' },
    ]);
  });

  it('passes with warnings, exemptions and notices, which the suite has as output', () => {
    const xml = report(
      judgedAudit([
        {
          ...object,
          violations: [violation({ action: 'warn', message: 'no CPU request' })],
          exempted: [{ ...violation({ check: 'pre-stop', message: 'no preStop hook' }), reason: 'a <test>' }],
          notices: ['unreadable annotation'],
          untried: 'nobody answers',
        },
      ]),
    );
    expect(xml).not.toContain('<failure');
    expect(/<system-out>([^<]*)</.exec(xml)?.[1]?.split('\n')).toEqual([
      'Deployment shop/web: warning: container app: no CPU request [cpu-request]',
      'Deployment shop/web: exempt: container app: no preStop hook [pre-stop]; reason: a &lt;test&gt;',
      'Deployment shop/web: note: unreadable annotation',
      'Deployment shop/web: not tried: nobody answers',
    ]);
  });

  it('is an error for what could not be read', () => {
    const xml = report(everything);
    expect(attributesOf(xml, 'error')).toEqual([
      { message: 'not a Kubernetes object: kind is missing', type: 'unreadable' },
      { message: 'services: you may not list them', type: 'unreadable' },
    ]);
    expect(attributesOf(xml, 'testcase').map(({ name }) => name)).toContain('reading line 30');
  });
});

describe('the text of XML', () => {
  const possible = (text: string): string =>
    Array.from(text.toWellFormed(), (character) => {
      const code = character.codePointAt(0) ?? 0;
      const isControl = code < 0x20 && !'\t\n\r'.includes(character);
      return isControl || code === 0xfffe || code === 0xffff ? '\uFFFD' : character;
    }).join('');

  it('comes back from a parser as it was, but for what XML cannot hold', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(unescaped(xmlText(text))).toBe(possible(text));
        expect(attributesOf(`<a${xmlAttributes({ b: text })}/>`, 'a')).toEqual([{ b: possible(text) }]);
      }),
      { numRuns: 500 },
    );
  });

  it('never ends a CDATA section, and keeps line ends of attributes from becoming spaces', () => {
    expect(xmlText(']]>')).toBe(']]&gt;');
    expect(xmlAttributes({ a: '1\n2\t3\r4"<&' })).toBe(' a="1&#10;2&#9;3&#13;4&quot;&lt;&amp;"');
  });
});
