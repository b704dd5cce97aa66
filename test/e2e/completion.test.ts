/** Completion in real shells, each on a terminal of its own, and the plug-in of the real kubectl. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../cluster/binaries.ts';
import { run } from '../cluster/command.ts';
import { selectRelease } from '../cluster/versions.ts';
import { installation, isInstalled, programNames } from './ci/installation.ts';

let dir: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-completion-'));
  const { kubectl } = await findBinaries(selectRelease(process.env['GRACEGATE_K8S']), ['kubectl']);
  const { path } = await installation(join(dir, 'bin'), { kubectl });
  env = { PATH: path, HOME: join(dir, 'home'), TERM: 'dumb', LANG: 'C.UTF-8' };
  const work = join(dir, 'work');
  await mkdir(join(work, 'folder'), { recursive: true });
  await mkdir(join(dir, 'home'));
  await writeFile(join(work, 'manifests.yaml'), '');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Shell {
  readonly name: string;
  readonly command: string;
  readonly setUp: string;
}

const shells: readonly Shell[] = [
  {
    name: 'bash',
    command: 'bash --noprofile --norc -i',
    setUp: 'source <(gracegate completion bash)',
  },
  {
    name: 'zsh',
    command: 'zsh -f -i',
    setUp: 'bindkey -e; autoload -U compinit; compinit -u -D; source <(gracegate completion zsh)',
  },
  { name: 'fish', command: 'fish --no-config -i', setUp: 'gracegate completion fish | source' },
];

/** Of util-linux: runs a command on a terminal of its own. */
const terminal = 'script';

const ready = 'shell-is-ready';
const mark = 'completed:';
const controlA = '\u0001';
const controlU = '\u0015';

/**
 * Types into an interactive shell on a terminal, presses tab, and gives back the line that comes of it.
 * `echo` is put in front of each line, so that the shell itself says what it has.
 */
async function typed({ command, setUp }: Shell, lines: readonly string[], afterTab = ''): Promise<string[]> {
  const child = spawn(terminal, ['-qefc', command, '/dev/null'], {
    cwd: join(dir, 'work'),
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  /** Waits for a line of output; what was typed is echoed in other words. */
  const seen = (pattern: RegExp, from: number): Promise<RegExpExecArray> => {
    const { promise, resolve: found, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const match = pattern.exec(output.slice(from));
      if (match === null) return;
      child.stdout.off('data', look);
      found(match);
    };
    child.stdout.on('data', look);
    void closed.then(() => reject(new Error(`the shell ended: ${output}`)));
    look();
    return promise;
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  try {
    child.stdin.write(`${setUp}\n`);
    child.stdin.write(`echo shell-is''-ready\n`);
    await seen(new RegExp(`${ready}\r?\n`), 0);
    const answers: string[] = [];
    for (const line of lines) {
      const from = output.length;
      child.stdin.write(`${line}\t${afterTab}${controlA}echo completed''${mark.at(-1)} \n`);
      const [, answer = ''] = await seen(new RegExp(`${mark} ([^\r\n]*)\r?\n`), from);
      answers.push(answer);
    }
    child.stdin.write('exit\n');
    await closed;
    return answers;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await closed;
  }
}

describe.each(shells)('$name', (shell) => {
  const isHere = isInstalled(shell.name) && isInstalled(terminal);
  const cases: readonly [line: string, completed: string][] = [
    ['gracegate au', 'gracegate audit'],
    ['gracegate audit --fail', 'gracegate audit --fail-on'],
    ['gracegate audit --fail-on=d', 'gracegate audit --fail-on=deny'],
    ['gracegate audit -o sa', 'gracegate audit -o sarif'],
    ['gracegate audit --check cpu-request,memory-r', 'gracegate audit --check cpu-request,memory-request'],
    ['gracegate explain shell', 'gracegate explain shell-entrypoint'],
    ['gracegate audit -f man', 'gracegate audit -f manifests.yaml'],
    ['gracegate audit --config=man', 'gracegate audit --config=manifests.yaml'],
    ['gracegate certs --dir fol', 'gracegate certs --dir folder'],
    ['gracegate audit --namespace man', 'gracegate audit --namespace man'],
  ];

  it.skipIf(!isHere)('completes commands, options, values and files', async () => {
    const answers = await typed(
      shell,
      cases.map(([line]) => line),
    );
    // zsh takes the slash of a folder back when a space follows.
    const plain = answers.map((answer) => answer.trim().replace(/\/$/, ''));
    expect(plain).toEqual(cases.map(([, completed]) => completed));
  });

  it.skipIf(!isHere)('evaluates nothing of what was typed', async () => {
    const [answer] = await typed(
      shell,
      ['gracegate audit "$(touch evaluated)" ; gracegate audit -n "$(touch evaluated)" --fail'],
      `${controlU}gracegate`,
    );
    expect(answer).toBe('gracegate');
    expect(existsSync(join(dir, 'work', 'evaluated'))).toBe(false);
  });
});

it('package.json links the names that kubectl looks for', async () => {
  const { bin } = JSON.parse(await readFile('package.json', 'utf8')) as { bin: Record<string, string> };
  expect(bin).toEqual(Object.fromEntries(programNames.map((name) => [name, 'dist/main.js'])));
});

describe('kubectl', () => {
  const kubectl = (args: readonly string[]) =>
    run('kubectl', args, { env, cwd: join(dir, 'work'), timeoutMs: 30_000 });

  it('runs it as a plug-in, which goes by that name', async () => {
    const { code, stdout, stderr } = await kubectl(['gracegate', 'audit', '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: kubectl gracegate audit /);
    expect(stdout).toContain('  kubectl gracegate audit -f deploy/\n');
    expect((await kubectl(['gracegate', 'adit'])).code).toBe(2);
  });

  it('lists it', async () => {
    const { stdout } = await kubectl(['plugin', 'list']);
    expect(stdout).toContain(join(dir, 'bin', 'kubectl-gracegate'));
  });

  it.each([
    [['au'], ['audit'], 4],
    [['audit', '--fail'], ['--fail-on'], 4],
    [['audit', '-o', 'sa'], ['sarif'], 4],
    [['explain', 'shell'], ['shell-entrypoint'], 4],
    [['audit', '-f', ''], [], 0],
  ])('asks it to complete %j', async (words, values, directive) => {
    const { stdout } = await kubectl(['__complete', 'gracegate', ...words]);
    const lines = stdout.trim().split('\n');
    expect(lines.pop()).toBe(`:${directive}`);
    expect(lines.map((line) => line.split('\t')[0])).toEqual(values);
  });
});
