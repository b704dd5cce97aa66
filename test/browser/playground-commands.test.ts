/** The commands that serve the playground, as people start and end them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Answer } from '../../src/playground/answer.ts';
import { launchChromium, openUrl } from './chromium.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});

interface Started {
  readonly child: ChildProcess;
  /** Waits for it in what is printed. */
  readonly printed: (pattern: RegExp) => Promise<string>;
}

/** Ended with the test. */
function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return {
    child,
    async printed(pattern) {
      await expect.poll(() => output, { timeout: 30_000 }).toMatch(pattern);
      return pattern.exec(output)?.[1] ?? '';
    },
  };
}

async function interrupted(child: ChildProcess): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
  return child.exitCode;
}

async function judges(url: string): Promise<void> {
  await using opened = await openUrl(browser, url);
  const { page, complaints } = opened;
  await page.getByRole('tabpanel').getByText('Of 1 object, 1 would be denied.').waitFor();
  expect(complaints).toEqual([]);
}

/** Whether somebody answers there. */
async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const folderOfItsOwn = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'gracegate-playground-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** Names of the profiles that a page judges by. */
async function profilesAt(url: string): Promise<string[]> {
  const response = await fetch(new URL('/judge', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: '', patched: false }),
  });
  const { profiles } = (await response.json()) as Answer;
  return profiles.map(({ name }) => name);
}

describe.each(['src/main.ts', 'dist/main.js'])('%s', (main) => {
  it('playground prints a page that judges, and Ctrl-C ends it while the page is open', async () => {
    const { child, printed } = start([main, 'playground', '--port', '0']);
    const url = await printed(/^Gracegate playground: (http:\/\/127\.0\.0\.1:\d+\/)$/m);
    await judges(url);
    await using opened = await openUrl(browser, url);
    await opened.page.getByRole('tabpanel').getByText('Of 1 object').waitFor();
    expect(await interrupted(child)).toBe(0);
  });

  it('serve --standalone prints one too, and Ctrl-C ends both', async () => {
    const certs = await folderOfItsOwn();
    const ports = ['--port', '0', '--health-port', '0', '--certs-dir', certs];
    const { child, printed } = start([main, 'serve', '--standalone', ...ports]);
    await judges(await printed(/on a page, while you type: (http:\/\/127\.0\.0\.1:\d+\/)$/m));
    expect(await interrupted(child)).toBe(0);
  });
});

it('an installation below a folder src has its page, and says when it was not built', async () => {
  const folder = await folderOfItsOwn();
  const app = join(folder, 'src', 'app');
  for (const part of ['dist', 'examples', 'package.json'])
    await cp(part, join(app, part), { recursive: true });
  const main = join(app, 'dist', 'main.js');
  await judges(await start([main, 'playground', '--port', '0']).printed(/(http:\/\/127\.0\.0\.1:\d+\/)/));
  for (const name of ['refused', 'accepted']) await rm(join(app, 'examples', `deployment-${name}.yaml`));
  const without = start([main, 'playground', '--port', '0']);
  expect(await profilesAt(await without.printed(/(http:\/\/127\.0\.0\.1:\d+\/)/))).toContain('baseline');
  await rm(join(app, 'dist', 'playground.js'));
  const { child, printed } = start([main, 'playground', '--port', '0']);
  await printed(/^gracegate: the script of the playground is not built yet; run: npm run build\n$/);
  await expect.poll(() => child.exitCode).toBe(2);
  const ports = ['--port', '0', '--health-port', '0', '--certs-dir', join(folder, 'certs')];
  const standalone = start([main, 'serve', '--standalone', ...ports]);
  await standalone.printed(/while you type: not now, the script of the playground is not built yet/);
  expect(await interrupted(standalone.child)).toBe(0);
});

it('the licenses of what is in its bundle lie beside it', async () => {
  const licenses = await readFile('dist/playground.js.LICENSES.txt', 'utf8');
  for (const name of ['@codemirror/view', '@lezer/common', 'style-mod'])
    expect(licenses).toMatch(new RegExp(`^${name} \\d.*\\(MIT\\)\\n\\n(?:MIT License\\n\\n)?Copyright`, 'm'));
  expect(licenses).not.toContain('fastify');
});

it('the playground listens on the loopback, and nowhere else', async () => {
  const { child, printed } = start(['dist/main.js', 'playground', '--port', '0']);
  const port = Number(await printed(/http:\/\/127\.0\.0\.1:(\d+)\//));
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found);
  expect(await listens('127.0.0.1', port)).toBe(true);
  expect(await listens('::1', port)).toBe(addresses.some(({ address }) => address === '::1'));
  const others = addresses.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0);
  for (const { address } of others) expect(await listens(address, port), address).toBe(false);
  expect(await interrupted(child)).toBe(0);
});

it('a port that is taken, and a configuration that is none, are said in a sentence', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const port = String((taken.address() as AddressInfo).port);
  const onTaken = start(['dist/main.js', 'playground', '--port', port]);
  await onTaken.printed(
    new RegExp(`^gracegate: port ${port} on 127\\.0\\.0\\.1 is taken; choose another\n$`),
  );
  const unreadable = start(['dist/main.js', 'playground', '--config', 'no-such-file.yaml']);
  await unreadable.printed(
    /^gracegate: cannot read the configuration no-such-file\.yaml: no such file or folder\n$/,
  );
  await expect.poll(() => [onTaken.child.exitCode, unreadable.child.exitCode]).toEqual([2, 2]);
});

it('a port that somebody else has on ::1 is taken, as localhost would lead there', async ({ skip }) => {
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found);
  skip(!addresses.some(({ address }) => address === '::1'), 'there is no IPv6');
  const other = createServer();
  other.listen(0, '::1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const port = String((other.address() as AddressInfo).port);
  const { printed, child } = start(['dist/main.js', 'playground', '--port', port]);
  await printed(new RegExp(`^gracegate: port ${port} on ::1 is taken; choose another\n$`));
  await expect.poll(() => child.exitCode).toBe(2);
});

it('beside the webhook judges by the configuration that is running', async () => {
  const folder = await folderOfItsOwn();
  const config = join(folder, 'configuration.yaml');
  const written = 'apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\n';
  await writeFile(config, written);
  const { child, printed } = start([
    ...['dist/main.js', 'serve', '--standalone', '--config', config],
    ...['--port', '0', '--health-port', '0', '--certs-dir', folder],
  ]);
  const url = await printed(/while you type: (http:\/\/127\.0\.0\.1:\d+\/)$/m);
  expect(await profilesAt(url)).toEqual(['baseline', 'strict']);
  await writeFile(config, `${written}profiles: { team: { extends: baseline } }\n`);
  await expect.poll(() => profilesAt(url), { timeout: 30_000 }).toEqual(['baseline', 'strict', 'team']);
  expect(await interrupted(child)).toBe(0);
});

it('the profiles of a configuration have tabs of their own', async () => {
  const { printed } = start([
    ...['dist/main.js', 'playground', '--port', '0'],
    ...['--config', 'examples/configuration.yaml'],
  ]);
  await using opened = await openUrl(browser, await printed(/(http:\/\/127\.0\.0\.1:\d+\/)/));
  const names = opened.page.getByRole('tab');
  await expect.poll(() => names.count()).toBeGreaterThan(2);
});
