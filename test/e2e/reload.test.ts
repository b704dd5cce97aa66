/** What changes while the server runs: its configuration and its certificate, each only for the better. */
import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { writeCertificates } from '../../src/tls/write.ts';
import { startDetached, type Detached } from './support/detached.ts';
import { eventually } from './support/eventually.ts';
import { askForVerdict } from './support/verdict.ts';

let server: Detached;
afterEach(() => server.stop());

const configurationWith = (profiles: string, rest = '') =>
  `apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\n${rest}profiles:\n  ${profiles}\n`;

const metric = async (name: string) => {
  const text = await (await fetch(`${server.healthUrl}/metrics`)).text();
  return Number(
    new RegExp(`^${name.replaceAll(/[{}]/g, String.raw`\$&`)} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN,
  );
};

/** Log lines are written together, a moment later. */
async function untilLogged(text: string): Promise<string> {
  await eventually(`the log to say: ${text}`, async () => (await server.log()).includes(text), 5000);
  return server.log();
}

it('a changed configuration is taken over; a bad one is refused with path and reason, and the good one stays', async () => {
  server = await startDetached({ config: configurationWith('extra: { extends: baseline }') });
  expect((await askForVerdict(server)).message).toContain('(profile baseline, 3 problems)');

  await writeFile(
    server.configFile,
    configurationWith('baseline: { checks: { cpu-request: { action: deny } } }'),
  );
  await eventually('the new configuration', async () =>
    (await askForVerdict(server)).message.includes('1 problem)'),
  );
  expect(await metric('gracegate_last_reload_successful{what="configuration"}')).toBe(1);

  await writeFile(
    server.configFile,
    configurationWith('baseline: { checks: { cpu-request: { action: refuse } } }'),
  );
  await eventually(
    'the refusal',
    async () => (await metric('gracegate_last_reload_successful{what="configuration"}')) === 0,
  );
  const log = await untilLogged('the new configuration is refused, the old one stays');
  expect(log).toContain(
    'profiles.baseline.checks.cpu-request.action: must be one of deny, warn, off, not \\"refuse\\"',
  );
  expect((await askForVerdict(server)).message).toContain('1 problem)');
});

it('a configuration that changes defaults is refused, because the selectors follow them', async () => {
  server = await startDetached({ config: configurationWith('extra: { extends: baseline }') });
  await writeFile(
    server.configFile,
    configurationWith('extra: { extends: baseline }', 'defaults: { enforce: strict }\n'),
  );
  await eventually(
    'the refusal',
    async () => (await metric('gracegate_last_reload_successful{what="configuration"}')) === 0,
  );
  const log = await untilLogged('the new configuration is refused, the old one stays');
  expect(log).toContain('defaults.enforce changes from nothing to strict');
});

it('a renewed certificate is served to new connections; garbage never is', async () => {
  server = await startDetached({ args: ['--log-level', 'info'] });
  const first = await servedCertificate();
  await writeFile(server.certFile, 'garbage');
  await eventually(
    'the refusal',
    async () => (await server.log()).includes('the new certificate is refused'),
    40_000,
  );
  expect(await servedCertificate()).toBe(first);

  const fresh = await writeCertificates({
    dir: join(dirname(dirname(server.certFile)), 'fresh'),
    hosts: ['127.0.0.1'],
  });
  await copyFile(fresh.keyFile, server.keyFile);
  await copyFile(fresh.certFile, server.certFile);
  await eventually('the new certificate', async () => (await servedCertificate()) !== first, 40_000);
  expect((await askForVerdict({ ...server, caFile: fresh.caFile })).message).toContain('3 problems');
});

async function servedCertificate(): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return createHash('sha256').update(raw).digest('hex');
}

it('SIGTERM: unready at once, goes on answering with Connection: close, then ends with nothing lost', async () => {
  server = await startDetached({ args: ['--lame-duck', '3'] });
  expect((await askForVerdict(server)).connection).not.toBe('close');
  process.kill(server.pid, 'SIGTERM');
  await eventually(
    'unreadiness',
    async () => (await fetch(`${server.healthUrl}/readyz`)).status === 503,
    2000,
  );
  const { connection, message } = await askForVerdict(server);
  expect({ connection, refused: message.includes('3 problems') }).toEqual({
    connection: 'close',
    refused: true,
  });
  await eventually('the end of the process', () => isGone(server.pid), 10_000);
  expect(await readFile(server.configFile, 'utf8')).toContain('GracegateConfiguration');
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
