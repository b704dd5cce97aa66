import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../../src/config/configuration.ts';
import { escape } from '../../../src/report/markup.ts';
import { run } from '../../../src/cli/program.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { checks } from '../../../src/policy/checks/registry.ts';
import type { ProfileAnswer } from '../../../src/playground/answer.ts';
import { judgeText } from '../../../src/playground/judge-text.ts';
import {
  mostCharacters,
  mostDrawn,
  mostInFull,
  mostMarks,
  mostMarkup,
  mostOfText,
} from '../../../src/playground/limits.ts';
import { temporaryDirectory } from '../cluster/temporary-directory.ts';
import { configured, written } from '../config/configurations.ts';

const configuration = defaultConfiguration();

function judged(
  manifests: string,
  profile = 'baseline',
  patched = false,
  by: Configuration = configuration,
): ProfileAnswer {
  const { profiles } = judgeText({ text: manifests, patched }, by);
  const answer = profiles.find(({ name }) => name === profile);
  if (answer === undefined) throw new Error(`no answer for ${profile}`);
  return answer;
}

interface Printed {
  readonly objects: readonly {
    readonly violations: readonly { check: string; action: string; line: number; column: number }[];
  }[];
}

/** What the command line says of the same text. */
async function audited(manifests: string, args: readonly string[]): Promise<string[]> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const streams = { stdin: Readable.from([manifests]), stdout, stderr: new PassThrough() };
  await run(['audit', '-f', '-', '-o', 'json', ...args], streams);
  stdout.end();
  const { objects } = JSON.parse(await printed) as Printed;
  return objects
    .flatMap(({ violations }) => violations)
    .map(({ check, action, line, column }) => `${line}:${column} ${action} ${check}`)
    .toSorted();
}

const marked = ({ marks }: ProfileAnswer): string[] =>
  marks
    .map(
      ({ check, severity, line, column }) =>
        `${line}:${column} ${severity === 'error' ? 'deny' : 'warn'} ${check}`,
    )
    .toSorted();

const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: app\n      ports: [{ containerPort: 80 }]\n`;

describe('the verdict', () => {
  it.each(checks.map(({ id, examples }) => ({ id, text: examples.bad })))(
    'of the bad example of $id is that of the command line, in the same places',
    async ({ text: manifests }) => {
      for (const profile of ['baseline', 'strict']) {
        const flags = ['--profile', profile];
        expect(marked(judged(manifests, profile))).toEqual(await audited(manifests, flags));
        expect(marked(judged(manifests, profile, true))).toEqual(
          await audited(manifests, [...flags, '--mutate', profile]),
        );
      }
    },
  );

  it('leaves out what the configuration exempts, as the command line does', async () => {
    const file = join(await temporaryDirectory(), 'configuration.yaml');
    const exempting = 'exemptions: { namespaces: [infra], runtimeClasses: [kata] }';
    await writeFile(file, written(exempting));
    const manifests = [
      pod('web'),
      pod('agent').replace('name: agent', 'name: agent, namespace: infra'),
      pod('boxed').replace('spec:', 'spec:\n  runtimeClassName: kata'),
    ].join('---\n');
    const answer = judged(manifests, 'baseline', false, configured(exempting));
    expect(marked(answer)).toEqual(await audited(manifests, ['--profile', 'baseline', '--config', file]));
    expect(answer.summary).toBe('Of 1 object, 1 would be denied.');
  });

  it('is given by each profile of the configuration, in its order', () => {
    const { profiles } = judgeText(
      { text: pod('web'), patched: false },
      configured('profiles: { team: { extends: baseline, checks: { cpu-request: { action: "off" } } } }'),
    );
    expect(profiles.map(({ name, deny }) => [name, deny])).toEqual([
      ['baseline', 3],
      ['strict', 6],
      ['team', 2],
    ]);
  });

  it('counts, and says the same in a sentence', () => {
    const { deny, warn, summary } = judged(pod('web'));
    expect({ deny, warn, summary }).toEqual({
      deny: 3,
      warn: 2,
      summary: 'Of 1 object, 1 would be denied.',
    });
  });

  it('shows what is patched as a diff, and how the pod starts and stops', () => {
    const { html } = judged(pod('web'), 'baseline', true);
    expect(html).toContain('<ins>+   terminationGracePeriodSeconds: 45\n</ins>');
    expect(html).toMatch(/preStop sleeps 15\ss, then SIGTERM; SIGKILL at 45\ss, which leaves 30\ss\./);
    expect(judged(pod('web')).html).toContain('Lost: new requests');
    expect(html).not.toContain('Lost: new requests');
  });

  it('says why something is not patched', () => {
    const short = pod('web').replace(
      'metadata: {',
      'metadata: { annotations: { gracegate.dev/drain-seconds: lots },',
    );
    expect(judged(short).html).toMatch(/<p class="notice">[^<]*gracegate\.dev\/drain-seconds/);
  });

  it.each([
    [undefined, false, 'gracegate audit -f FILE --profile baseline'],
    ['team.yaml', false, 'gracegate audit -f FILE --config team.yaml --profile baseline'],
    [
      'our team.yaml',
      true,
      "gracegate audit -f FILE --config 'our team.yaml' --profile baseline --mutate baseline",
    ],
  ])('names the command that says the same with the configuration %j', (file, patched, command) => {
    const { profiles } = judgeText({ text: pod('web'), patched }, configuration, file);
    expect(profiles[0]?.html).toContain(`<code>${escape(command)}</code>`);
  });

  it.each([
    ['', 'There is nothing here that Gracegate judges.'],
    ['# only a comment', 'There is nothing here that Gracegate judges.'],
    [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }',
      'There is nothing here that Gracegate judges.',
    ],
  ])('of %j has nothing to say', (manifests, summary) => {
    expect(judged(manifests)).toMatchObject({ deny: 0, warn: 0, marks: [], summary });
  });

  it('shows names as they are written, and none as markup', () => {
    const name = `"<img src=x onerror='alert(1)'>"`;
    const { html } = judged(pod(name).replace('name: app', `name: ${name}`));
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x');
  });

  it('of many objects shows the first in full, and a line of each of the others', () => {
    const many = Array.from({ length: mostInFull + 3 }, (_, index) => pod(`web-${index}`)).join('---\n');
    const { html, deny } = judged(many);
    expect(deny).toBe(3 * (mostInFull + 3));
    expect(html.match(/<section class="object"/g)).toHaveLength(mostInFull);
    expect(html.match(/<li class="object"/g)).toHaveLength(3);
  });
});

describe('what cannot be read', () => {
  it.each([
    [`${pod('web')}---\na: [1\n`, 10],
    ['kind: Pod\n\tmetadata: {}\n', 2],
    ['a: &a [*b]', 1],
    ['just words', 1],
    ['kind: Deployment', 1],
    ['a: 1\na: 2', 2],
    ['['.repeat(50_000), 1],
    ['\u0000', 1],
    ['- '.repeat(20_000), 1],
  ])('%#: has its place', (manifests, line) => {
    const { marks, html, summary } = judged(manifests);
    const unreadable = marks.filter(({ check }) => check === undefined);
    expect(unreadable.map((mark) => mark.line)).toEqual([line]);
    expect(unreadable[0]?.message).toMatch(/\S/);
    expect(html).toContain(`data-line="${line}"`);
    expect(html).not.toMatch(/ at .*\.[jt]s:\d/);
    expect(summary).toMatch(/^1 document could not be read\./);
  });

  it('does not hide the rest', () => {
    const { deny, summary } = judged(`a: [1\n---\n${pod('web')}`);
    expect(deny).toBe(3);
    expect(summary).toBe('1 document could not be read. Of 1 object, 1 would be denied.');
  });
});

describe('what is very large', () => {
  const long = 'a'.repeat(100_000);

  it.each([
    ['names of containers', `${pod('web')}    - &a { name: ${long} }\n${'    - *a\n'.repeat(98)}`],
    [
      'names of objects',
      `kind: List\napiVersion: v1\nitems:\n  - &a { apiVersion: v1, kind: Pod, metadata: { name: ${long} }, spec: { containers: [{ name: b }] } }\n${'  - *a\n'.repeat(98)}`,
    ],
    ['keys', `${long}: 1\n${long}: 2\n`],
    ['images', `${pod('web')}      image: ${long}\n${'    - { name: b }\n'.repeat(1000)}`],
    ['objects', `${pod('web')}---\n`.repeat(1000)],
  ])('is cut or counted: %s', (_what, manifests) => {
    for (const profile of ['baseline', 'strict']) {
      const answer = judged(manifests, profile, true);
      expect(answer.html.length).toBeLessThan(mostMarkup + 100_000);
      expect(JSON.stringify(answer.marks).length).toBeLessThan(mostMarks * 2 * mostOfText);
      expect(answer.html).not.toContain('a'.repeat(mostOfText + 1));
    }
  });

  it('is shown in full as far as there is room, then in a line, then counted', () => {
    const container = `      image: ${'&'.repeat(mostOfText)}\n${`    - { name: "${'&'.repeat(mostOfText)}" }\n`.repeat(20)}`;
    const { html } = judged(`${pod('web')}${container}---\n`.repeat(5), 'strict', true);
    expect(html).toMatch(
      /The first (?:object is|[2-4] objects are) shown in full; of the others there is a line\./,
    );
    expect(html).toContain('<li class="object"');
    const many = judged(`${pod(`"${'&'.repeat(mostOfText)}"`)}---\n`.repeat(280));
    expect(many.html).toMatch(/<p class="muted">and \d+ more<\/p>/);
  });

  it.each([
    ['of many lines', `      args:\n        - |\n${'\n'.repeat(120_000)}          a\n`],
    ['of many lines in a text', `      args: ["${'\\n'.repeat(40_000)}"]\n`],
    ['of one text many times', `      args: [&b ${'b'.repeat(10_000)}${', *b'.repeat(98)}]\n`],
    ['of very many containers', '    - { name: b }\n'.repeat(5000)],
  ])('is no diff where it is a pod %s', (_what, more) => {
    const { html } = judged(`${pod('web')}${more}`, 'baseline', true);
    expect(html).toMatch(/More than can be shown here: a patch of \d+ operations?\./);
    expect(html).not.toContain('class="diff"');
  });

  it('is not drawn where it is very many containers', () => {
    const many = (count: number): string =>
      judged(`${pod('web')}${'    - { name: b }\n'.repeat(count - 1)}`).html;
    expect(many(mostDrawn)).toContain('How it stops');
    expect(many(mostDrawn + 1)).toContain(`More than can be drawn here: ${mostDrawn + 1} containers.`);
  });
});

describe('as much as may be asked', () => {
  it.each([
    ['objects', `${pod('web')}---\n`, ''],
    // With an anchor, which takes the slower reader.
    ['containers', '    - { name: app, image: &a a }\n', pod('web')],
  ])('is judged in a moment: %s', (_what, one, before) => {
    const most = before + one.repeat(Math.floor((mostCharacters - before.length) / one.length));
    const started = process.threadCpuUsage();
    const { deny, marks, html } = judged(most, 'strict', true);
    const { user, system } = process.threadCpuUsage(started);
    expect(user + system).toBeLessThan(8_000_000);
    expect(deny).toBeGreaterThan(1000);
    expect(marks).toHaveLength(mostMarks);
    expect(html.length).toBeLessThan(2_000_000);
  });
});
