/** The first minutes of a new user: what `npm start` and `npm run sandbox` print is tried, word by word. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { run } from '../cluster/command.ts';
import { cluster } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';

let child: ChildProcess | undefined;
let output = '';
afterEach(async () => {
  await interrupt();
});

function start(args: readonly string[]): void {
  output = '';
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
}

/** Ctrl-C, or what a cluster stops it with. */
async function interrupt(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number | null> {
  if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

/** The arguments of `npm start`, which package.json has. */
async function startArguments(script: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [node, ...args] = (scripts[script] ?? '').split(' ');
  expect(node).toBe('node');
  return args;
}

it('npm start shows a first verdict, and the commands that it prints work as they are', async () => {
  const certs = await mkdtemp(join(tmpdir(), 'gracegate-start-'));
  try {
    const ports = ['--port', String(await getPort()), '--health-port', String(await getPort())];
    start([...(await startArguments('start')), ...ports, '--certs-dir', certs]);
    await eventually('the greeting', () => output.includes('Ctrl-C ends this.'));
    expect(output).toContain(
      'Deployment demo/web would not start, scale and stop safely (profile baseline, 3 problems):',
    );
    const commands = [...output.matchAll(/^ {2}(curl .*) \\\n {4}(--data .*)$/gm)].map(
      ([, first, second]) => `${first} ${second}`,
    );
    expect(commands).toHaveLength(2);
    const answers = await Promise.all(
      commands.map(async (command) => (await run('sh', ['-c', command], { timeoutMs: 10_000 })).stdout),
    );
    const [refusal, patch] = answers.map(
      (answer) => (JSON.parse(answer) as { response: { allowed: boolean; patch?: string } }).response,
    );
    expect(refusal?.allowed).toBe(false);
    expect(patch?.allowed).toBe(true);
    expect(Buffer.from(patch?.patch ?? '', 'base64').toString()).toContain(
      '{"preStop":{"sleep":{"seconds":15}}}',
    );
    expect(await interrupt()).toBe(0);
  } finally {
    await rm(certs, { recursive: true, force: true });
  }
});

// As a browser opens ahead of what it asks, and a load balancer to see whether somebody listens.
it.each([
  ['serve', 'SIGINT'],
  ['serve', 'SIGTERM'],
  ['playground', 'SIGINT'],
  ['playground', 'SIGTERM'],
] as const)(
  '%s ends with %s while connections are open that say nothing',
  async (command, signal) => {
    const certs = await mkdtemp(join(tmpdir(), 'gracegate-start-'));
    onTestFinished(() => rm(certs, { recursive: true, force: true }));
    const ports = [await getPort(), await getPort(), await getPort()].slice(0, command === 'serve' ? 3 : 1);
    const serve = ['serve', '--standalone', '--certs-dir', certs, '--lame-duck', '0'];
    const flags = command === 'serve' ? ['--port', '--health-port', '--playground-port'] : ['--port'];
    start([
      'dist/main.js',
      ...(command === 'serve' ? serve : ['playground']),
      ...flags.flatMap((flag, index) => [flag, String(ports[index])]),
    ]);
    await eventually('the greeting', () => output.includes('Ctrl-C ends this.'));
    for (const port of ports) {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      await once(socket, 'connect');
      socket.on('error', () => undefined);
    }
    expect(await interrupt(signal)).toBe(0);
  },
  30_000,
);

it('npm run sandbox gives an API server on which what it says is so, and Ctrl-C removes all of it', async () => {
  start(await startArguments('sandbox'));
  await eventually('the greeting', () => output.includes('Ctrl-C ends and removes'), 120_000);
  const kubeconfig = /export KUBECONFIG=(.*)/.exec(output)?.[1] ?? '';
  const commands = [...output.matchAll(/^ {2}kubectl (.*)$/gm)].map(([, args]) => (args ?? '').split(' '));
  expect(commands).toHaveLength(4);
  const results = [];
  for (const args of commands) {
    results.push(
      await run(cluster.kubectlBinary, args, {
        timeoutMs: 30_000,
        env: { PATH: process.env['PATH'], KUBECONFIG: kubeconfig, HOME: cluster.dir },
      }),
    );
  }
  const [refused, accepted, pods, counted] = results;
  expect(refused?.stderr).toContain('(profile baseline, 3 problems)');
  expect(accepted).toMatchObject({ code: 0, stderr: '' });
  expect(pods?.code).toBe(0);
  expect(counted?.stderr).toContain('1 of 1 workloads would be refused');
  expect(await interrupt()).toBe(0);
  await expect(readFile(kubeconfig)).rejects.toThrow('ENOENT');
}, 180_000);
