/**
 * `gracegate fix` as a user runs it, on files as projects have them: the API server takes, strictly validated, whatever comes
 * out of it, and an audit has nothing left to say of what was fixed.
 */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedTexts } from '../unit/fix/generated.ts';
import { createNamespace, kubectl } from './support/cluster.ts';
import { gracegate } from './support/gracegate.ts';
import { inParallel } from './support/parallel.ts';

/** Besides the files of test/fixtures/fix. */
const generated = generatedTexts(60);

/** Its kind is served by no API server here; the other document of it is taken all the same. */
const notServed = new Set(['52-not-ours.yaml']);

/** Two values that anchors keep from being fixed. */
const withAnchors = ['13-anchor-elsewhere.yaml', '54-alias-in-sequence.yaml'];

let dir: string;
let before: string;
let namespace: string;
let names: string[];

beforeAll(async () => {
  namespace = await createNamespace();
  const root = await mkdtemp(join(tmpdir(), 'gracegate-fix-'));
  [before, dir] = [join(root, 'before'), join(root, 'manifests')];
  await cp('test/fixtures/fix', before, { recursive: true });
  await rm(join(before, 'fixed'), { recursive: true });
  for (const { file, text } of generated) await writeFile(join(before, file), text);
  await cp(before, dir, { recursive: true });
  names = (await readdir(dir)).toSorted();
});
afterAll(() => rm(join(dir, '..'), { recursive: true, force: true }));

interface Taken {
  readonly isTaken: boolean;
  readonly said: string;
}

/** What the API server says of a file, without storing anything. */
async function sendFile(folder: string, name: string): Promise<Taken> {
  const text = await readFile(join(folder, name), 'utf8');
  // Other namespaces do not exist.
  const input = text.replaceAll(/namespace: small$/gm, `namespace: ${namespace}`);
  const args = ['apply', '--dry-run=server', '--validate=strict', '-n', namespace, '-f', '-'];
  const { code, stderr } = await kubectl(args, { input });
  return { isTaken: code === 0, said: `${name}: ${stderr}` };
}

const sendAll = (folder: string): Promise<Taken[]> => inParallel(names, 3, (name) => sendFile(folder, name));

describe('a folder of manifests', () => {
  let refusedBefore: Set<string>;

  it('is shown as a diff first, and nothing is written', async () => {
    const { code, stdout, stderr } = await gracegate(['fix', '-f', dir, '--diff']);
    expect(code).toBe(1);
    expect(stdout.match(/^--- a\//gm)?.length).toBeGreaterThan(100);
    expect(stderr).toMatch(/^would change \d+ of \d+ files$/m);
    for (const name of names)
      expect(await readFile(join(dir, name), 'utf8'), name).toBe(await readFile(join(before, name), 'utf8'));
  });

  it('is as a rule taken by the API server before', async () => {
    const sent = await sendAll(before);
    refusedBefore = new Set(names.filter((_, index) => sent[index]?.isTaken !== true));
    // Autoscalers and budgets of versions that are gone, and sleeps longer than the grace period.
    expect(refusedBefore).toContain('24-hpa-v2beta2.yaml');
    expect(refusedBefore.size).toBeLessThan(names.length / 4);
  });

  it('is fixed, but for what anchors keep as it is', async () => {
    const { code, stdout, stderr } = await gracegate(['fix', '-f', dir]);
    expect(stdout).toBe('');
    const notWritten = stderr.split('\n').filter((line) => line.startsWith('gracegate: '));
    expect(notWritten.map((line) => line.split(':')[1]?.trim())).toEqual(
      [withAnchors[0], withAnchors[0], withAnchors[1]].map((name) => join(dir, String(name))),
    );
    expect(code).toBe(1);
  });

  it('is then taken by the API server, strictly validated', async () => {
    const sent = await sendAll(dir);
    const refused = names.flatMap((name, index) =>
      sent[index]?.isTaken === true ? [] : [[name, sent[index]?.said]],
    );
    expect(refused.filter(([name]) => !notServed.has(String(name)))).toEqual([]);
    for (const [, said] of refused) expect(said).toContain('no matches for kind "ServiceMonitor"');
    expect(refusedBefore.size).toBeGreaterThan(refused.length);
  });

  it('is not changed a second time', async () => {
    for (const name of withAnchors) await rm(join(dir, name));
    expect(await gracegate(['fix', '-f', dir, '--diff'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(
        /^would change 0 of \d+ files\nleft to you: \d+ violations; gracegate audit shows what\n$/,
      ) as string,
    });
  });

  it('has no violation that a mutation mends', async () => {
    const mended = 'memory-request,pre-stop,grace-period';
    const { code, stdout } = await gracegate(['audit', '-f', dir, '--check', mended, '-o', 'json']);
    const { objects } = JSON.parse(stdout) as { objects: { violations: unknown[] }[] };
    expect(objects.length).toBeGreaterThan(100);
    expect(objects.flatMap(({ violations }) => violations)).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('the command line', () => {
  const bare =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec:\n  containers:\n  - {name: app, image: "example.com/a:1"}\n';

  it('takes standard input to standard output', async () => {
    const { code, stdout, stderr } = await gracegate(['fix', '-f', '-', '--check', 'pre-stop'], bare);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${bare.replace('"}', '", lifecycle: {preStop: {sleep: {seconds: 15}}}}')}  terminationGracePeriodSeconds: 45\n`,
    );
    expect(stderr).toContain('-:1: Pod bare: spec.terminationGracePeriodSeconds: 45 [grace-period]\n');
    expect(stderr).toMatch(/\nchanged 1 of 1 file\n$/);
  });

  it('takes files as arguments, as pre-commit gives them', async () => {
    const file = join(dir, 'argument.yaml');
    await writeFile(file, bare);
    expect(await gracegate(['fix', file])).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(file, 'utf8')).toContain('terminationGracePeriodSeconds: 45');
  });

  it('leaves comments when it is asked to', async () => {
    const { stdout } = await gracegate(
      ['fix', '-f', '-', '--todo', '--mutate', 'off', '--check', 'cpu-request'],
      bare,
    );
    expect(stdout).toBe(
      `${bare}  # TODO container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m\n`,
    );
  });

  it('says why a template is left alone, and hands it on as it is', async () => {
    const template = `{{ if .Values.on }}\n${bare}{{ end }}\n`;
    const { code, stdout, stderr } = await gracegate(['fix', '-f', '-'], template);
    expect(code).toBe(2);
    expect(stdout).toBe(template);
    expect(stderr).toMatch(
      /^gracegate: -:\d+: .*; a template \(\{\{ \.\.\. \}\}\) is no manifest before it is rendered/,
    );
  });

  it.each([
    [['fix'], 'gracegate: say what to fix: -f FILE\n'],
    [['fix', '-f', '-', '--check', 'cpu'], '--check: there is no check cpu; known are cpu-request'],
    [['fix', '-f', '-', '--profile', 'x'], '--profile: there is no profile x; known are baseline, strict'],
    [['fix', '-f', '-', '--mutate', 'x'], '--mutate: there is no profile x; known are baseline, strict'],
    [['fix', '-f', '/nowhere/a.yaml'], 'gracegate: /nowhere/a.yaml: no such file or folder\n'],
  ])('%j says what is wrong', async (args, sentence) => {
    const { code, stdout, stderr } = await gracegate(args, '');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(sentence);
  });

  it('explains itself', async () => {
    const { code, stdout } = await gracegate(['fix', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/0 +nothing is left to fix\n +1 +something is/);
  });
});
