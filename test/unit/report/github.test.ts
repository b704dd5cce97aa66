import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible } from '../../../src/policy/visible.ts';
import { githubReporter } from '../../../src/report/github.ts';
import {
  everything,
  hostileAudit,
  place,
  print,
  judgedAudit,
  judgedObject,
  violation,
  type JudgedAudit,
} from './sample-audits.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** A line as the runner of GitHub Actions reads it (actions/runner, ActionCommand.cs); undefined for plain text. */
function parseCommand(line: string): Command | undefined {
  const text = line.trimStart();
  const end = text.indexOf('::', 2);
  if (!text.startsWith('::') || end < 0) return undefined;
  const [info, data] = [text.slice(2, end), text.slice(end + 2)];
  const space = info.indexOf(' ');
  const list = space < 0 ? [] : info.slice(space + 1).split(',');
  const properties = Object.fromEntries(
    list.map((property): [string, string] => {
      const equals = property.indexOf('=');
      const value = property
        .slice(equals + 1)
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',');
      return [property.slice(0, equals), dataOf(value)];
    }),
  );
  return { name: space < 0 ? info : info.slice(0, space), properties, data: dataOf(data) };
}

/** What is no text is shown as its code. */
function shown(text: string): string {
  return text.toWellFormed().split('\r').map(visible).join('\r');
}

function dataOf(escaped: string): string {
  return escaped.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function linesOf(audit: JudgedAudit): string[] {
  const text = print(githubReporter, audit);
  expect(text.endsWith('\n')).toBe(true);
  // The runner reads lines that end by either character, or by both.
  return text.slice(0, -1).split(/\r\n|\r|\n/);
}

function commandsOf(audit: JudgedAudit): Command[] {
  return linesOf(audit)
    .map(parseCommand)
    .filter((command) => command !== undefined);
}

function withProblems(denials: number, warnings: number): JudgedAudit {
  return judgedAudit([
    judgedObject({
      violations: [
        ...Array.from({ length: denials }, () => violation()),
        ...Array.from({ length: warnings }, () => violation({ action: 'warn' })),
      ],
    }),
  ]);
}

describe('the annotations for GitHub', () => {
  it('show what would command the terminal in which somebody reads the log', () => {
    const object = judgedObject({
      name: 'web\u001B[2J',
      violations: [violation({ message: 'a\u0000\u009B\u202Eb\tc', place: place('x.yaml', 1) })],
    });
    expect(linesOf(judgedAudit([object]))[0]).toBe(
      '::error file=x.yaml,line=1,col=9,title=cpu-request%3A Deployment shop/web\\u001b[2J::container app: a\\u0000\\u009b\\u202eb\tc',
    );
  });

  it('are commands in the form of its documentation', () => {
    const object = judgedObject({
      violations: [
        violation({ message: 'no CPU: 0% set, of\r\n100m', place: place('./a,b:c.yaml', 14) }),
        violation({ action: 'warn', message: 'x', place: place('b.yaml', 3) }),
      ],
    });
    expect(linesOf(judgedAudit([object]))).toEqual([
      '::error file=a%2Cb%3Ac.yaml,line=14,col=9,title=cpu-request%3A Deployment shop/web::container app: no CPU: 0%25 set, of%0D%0A100m',
      '::warning file=b.yaml,line=3,col=9,title=cpu-request%3A Deployment shop/web::container app: x',
      'Gracegate judged 1 object: 1 denial, 1 warning, 0 exemptions, 0 errors',
    ]);
  });

  it('say of everything where it is as well as they can', () => {
    expect(
      commandsOf(everything).map(({ name, properties, data }) => ({ name, ...properties, data })),
    ).toEqual([
      {
        name: 'error',
        file: 'deploy/web app.yaml',
        line: '14',
        col: '9',
        title: 'cpu-request: Deployment shop/web',
        data: 'container app: no CPU request; set resources.requests.cpu, for example 100m',
      },
      {
        name: 'warning',
        file: 'deploy/web app.yaml',
        line: '12',
        col: '9',
        title: 'pre-stop: Deployment shop/web',
        data: 'container app: no preStop hook; the load balancer may still send requests',
      },
      {
        name: 'notice',
        file: 'deploy/web app.yaml',
        line: '1',
        col: '9',
        title: 'Deployment shop/web',
        data: 'gracegate.dev/drain-seconds is not a number',
      },
      {
        name: 'error',
        title: 'hpa-target: HorizontalPodAutoscaler shop/web',
        data: 'there is no Deployment wbe; nothing is scaled (standard input:47:9, rendered from web/templates/hpa.yaml)',
      },
      ...['app', 'proxy'].map((container) => ({
        name: 'error',
        title: 'cpu-request: Deployment pay/ledger',
        data: `container ${container}: no CPU request; set resources.requests.cpu, for example 100m`,
      })),
      {
        name: 'warning',
        title: 'cpu-request: Platform main',
        data: 'container app: no CPU request; set resources.requests.cpu, for example 100m',
      },
      {
        name: 'error',
        file: 'deploy/web app.yaml',
        line: '30',
        title: 'Not audited',
        data: 'not a Kubernetes object: kind is missing',
      },
      { name: 'error', title: 'Not audited', data: 'services: you may not list them' },
    ]);
  });

  it('of a problem without a place of its own lie where the object begins', () => {
    const object = judgedObject({ place: place('web.yaml', 5), violations: [violation()] });
    expect(commandsOf(judgedAudit([object]))[0]?.properties).toMatchObject({ file: 'web.yaml', line: '5' });
  });

  it('name the template of a rendered file, and the line of standard input that could not be read', () => {
    const object = judgedObject({ violations: [violation({ place: place('out.yaml', 7, 'web/a.yaml') })] });
    const errors = [
      { place: { file: '-', line: 3 }, message: 'no YAML' },
      { place: { file: '-' }, message: 'empty' },
    ];
    expect(commandsOf(judgedAudit([object], errors)).map(({ data }) => data)).toEqual([
      expect.stringMatching(/ \(out\.yaml:7:9, rendered from web\/a\.yaml\)$/),
      'no YAML (standard input, line 3)',
      'empty (standard input)',
    ]);
  });

  it.each([
    [10, 10, undefined],
    [11, 3, '1 error more'],
    [0, 14, '4 warnings more'],
    [12, 11, '2 errors and 1 warning more'],
  ])('of %i denials and %i warnings say how many are only in the log', (denials, warnings, expected) => {
    const commands = commandsOf(withProblems(denials, warnings));
    expect(commands.filter(({ name }) => name === 'error')).toHaveLength(denials);
    expect(commands.filter(({ name }) => name === 'warning')).toHaveLength(warnings);
    const notices = commands.filter(({ name }) => name === 'notice');
    expect(notices).toHaveLength(expected === undefined ? 0 : 1);
    if (expected !== undefined)
      expect(notices[0]).toMatchObject({
        properties: { title: 'More problems than annotations' },
        data: expect.stringContaining(
          `GitHub shows 10 errors and 10 warnings of a step: ${expected}`,
        ) as string,
      });
  });

  it('count what could not be read among the errors', () => {
    const errors = Array.from({ length: 11 }, () => ({ message: 'x' }));
    expect(commandsOf(judgedAudit([], errors)).at(-1)?.data).toContain(': 1 error more in the log');
  });

  it('never let a manifest write a command, or lose a character of one', () => {
    fc.assert(
      fc.property(hostileAudit, (audit) => {
        const lines = linesOf(audit);
        const commands = lines.map(parseCommand);
        expect(commands.filter((command) => command === undefined)).toHaveLength(1);
        expect(lines.at(-1)).toMatch(/^Gracegate judged \d+ objects?: [\w ,]+$/);
        const violations = audit.objects.flatMap((object) =>
          object.violations.map((found) => ({ object, found })),
        );
        const reported = commands.filter(
          (command) => command?.name !== 'notice' && command?.properties['title'] !== 'Not audited',
        );
        expect(reported.slice(0, -1).map((command) => command?.name)).toEqual(
          violations.map(({ found }) => (found.action === 'deny' ? 'error' : 'warning')),
        );
        for (const [index, { object, found }] of violations.entries()) {
          const title = `${found.check}: ${object.kind} ${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`;
          expect(reported[index]?.properties['title']).toBe(shown(title).slice(0, 255).toWellFormed());
          expect(reported[index]?.data).toContain(shown(found.message));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('have titles that GitHub takes', () => {
    const object = judgedObject({ name: 'x'.repeat(300), violations: [violation()] });
    expect(commandsOf(judgedAudit([object]))[0]?.properties['title']).toHaveLength(255);
  });
});
