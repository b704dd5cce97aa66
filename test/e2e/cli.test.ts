/** The command line of the bundle, above all with bad input: one clear sentence, exit 2, no stack trace. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import getPort from 'get-port';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../cluster/command.ts';
import { gracegate } from './support/gracegate.ts';
import { bareContainer, cleanContainer, deployment, manifest } from './support/manifests.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-cli-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

describe('bad input', () => {
  const cases: [name: string, args: (dir: string) => string[], sentence: string | RegExp][] = [
    ['a wrong flag', () => ['audit', '-f', 'examples', '--fil', 'x'], "unknown option '--fil'"],
    ['an unknown command', () => ['adit'], "unknown command 'adit'"],
    ['a flag without its value', () => ['audit', '-f'], "option '-f, --file <FILE|DIR|->' argument missing"],
    ['a missing flag', () => ['audit'], 'gracegate: say what to audit: -f FILE, or --cluster'],
    ['a port that is none', () => ['serve', '--port', 'http'], 'It must be a whole number from 0 to 65535.'],
    ['an unknown format', () => ['audit', '-f', 'x', '-o', 'xml'], 'Allowed choices are table, json'],
    [
      'an unknown check',
      () => ['audit', '-f', 'examples', '--check', 'cpu'],
      '--check: there is no check cpu; known are cpu-request',
    ],
    [
      'an unknown profile',
      () => ['audit', '-f', 'examples', '--profile', 'x'],
      '--profile: there is no profile x; known are baseline, strict',
    ],
    [
      'a file that is not there',
      (at) => ['audit', '-f', `${at}/no.yaml`],
      /no\.yaml: no such file or folder/,
    ],
    [
      'a folder without manifests',
      (at) => ['audit', '-f', at],
      /the folder holds no \.yaml, \.yml or \.json file/,
    ],
    [
      'a configuration that is not there',
      (at) => ['config', 'validate', `${at}/no.yaml`],
      /cannot read the configuration .*no such file/,
    ],
    ['no certificate', () => ['serve'], 'give --tls-cert FILE and --tls-key FILE'],
    [
      'a certificate that is not there',
      (at) => [
        'serve',
        '--tls-cert',
        `${at}/a`,
        '--tls-key',
        `${at}/b`,
        '--namespaces',
        'examples/namespaces.yaml',
      ],
      /cannot read/,
    ],
    [
      'no cluster',
      () => ['register', '--url', 'https://127.0.0.1:1', '--ca-file', 'certs/README.md'],
      'holds no PEM certificate',
    ],
    ['two clusters', () => ['serve', '--kubeconfig', 'x', '--namespaces', 'y'], 'cannot be used with option'],
    [
      'no endpoint',
      () => ['register', '--ca-file', 'x'],
      'give either --url URL or --service NAMESPACE/NAME',
    ],
    [
      'a URL that is not https',
      () => ['register', '--url', 'http://x', '--ca-file', 'x'],
      '--url: http://x is not an https URL',
    ],
    [
      'a Service without a namespace',
      () => ['register', '--service', 'x', '--ca-file', 'x'],
      'is not of the form NAMESPACE/NAME',
    ],
    ['a host that is none', (at) => ['certs', '--dir', at, '--host', 'a b'], /a b/],
    ['an unknown check to explain', () => ['explain', 'x'], 'there is no check x; known are'],
    ['nothing to explain', () => ['explain'], 'name a check, or give --list'],
  ];
  it.each(cases)('%s', async (_name, args, sentence) => {
    const { code, stdout, stderr } = await gracegate(args(dir));
    expect(code, stdout + stderr).toBe(2);
    if (typeof sentence === 'string') expect(stderr).toContain(sentence);
    else expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.split('\n').length).toBeLessThan(5);
  });

  it('a kubeconfig that is no YAML, or has no cluster, or an API server that is not there', async () => {
    const ca = await file('ca.crt', '-----BEGIN CERTIFICATE-----\n');
    const register = (kubeconfig: string) =>
      gracegate(['register', '--url', 'https://127.0.0.1:1', '--ca-file', ca, '--kubeconfig', kubeconfig]);
    expect((await register(join(dir, 'no'))).stderr).toMatch(/^gracegate: cannot read the kubeconfig .*no: /);
    expect(await register(await file('broken', '{'))).toMatchObject({ code: 2 });
    expect((await register(await file('empty', 'apiVersion: v1\nkind: Config\n'))).stderr).toContain(
      'has no current cluster',
    );
    const server = `https://127.0.0.1:${await getPort()}`;
    const nowhere = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      clusters: [{ name: 'x', cluster: { server } }],
      users: [{ name: 'x', user: {} }],
    };
    const { code, stderr } = await register(await file('nowhere', JSON.stringify(nowhere)));
    expect(code).toBe(2);
    expect(stderr).toContain(`gracegate: the API server at ${server} does not answer: connect ECONNREFUSED`);
  });

  it('a port that is taken ends the start, and nothing is left running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await gracegate(['certs', '--dir', dir]);
      const address = taken.address();
      const port = typeof address === 'object' && address !== null ? String(address.port) : '';
      const { code, stderr } = await gracegate([
        ...[
          'serve',
          '--host',
          '127.0.0.1',
          '--port',
          port,
          '--health-port',
          '0',
          '--namespaces',
          'examples/namespaces.yaml',
        ],
        ...['--tls-cert', join(dir, 'tls.crt'), '--tls-key', join(dir, 'tls.key')],
      ]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `gracegate: port ${port} on 127.0.0.1 is taken; choose another\n`,
      });
    } finally {
      taken.close();
    }
  });

  it('a broken document among good ones: the good ones are judged, the broken one has its place', async () => {
    const good = manifest(deployment({ name: 'a', containers: [bareContainer] }));
    const broken = await file(
      'all.yaml',
      `${good}\n---\nkind: [\n---\n${manifest(deployment({ name: 'b', containers: [cleanContainer] }))}\n`,
    );
    const { code, stdout, stderr } = await gracegate(['audit', '-f', broken, '-o', 'json']);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^gracegate: ${broken}:\\d+: `));
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { objects: 2, objectsWithViolations: 1, errors: 1 },
    });
  });

  it('certs into a folder that cannot be made writes nothing', async () => {
    const blocked = await file('file', '');
    const { code, stderr } = await gracegate(['certs', '--dir', join(blocked, 'certs')]);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot write certificates into');
    expect(await readdir(dir)).toEqual(['file']);
  });
});

describe('good input', () => {
  it('audit reads files, folders and standard input; exit 0 clean, 1 findings', async () => {
    const clean = await file('clean.yaml', manifest(deployment({ containers: [cleanContainer] })));
    expect(await gracegate(['audit', '-f', clean])).toMatchObject({
      code: 0,
      stdout: '1 object judged, no violations\n',
      stderr: '',
    });
    expect(await gracegate(['audit', '-f', dir])).toMatchObject({ code: 0 });
    const piped = await gracegate(
      ['audit', '-f', '-', '--check', 'cpu-request', '-n', 'shop'],
      manifest(deployment({})),
    );
    expect(piped.code).toBe(1);
    expect(piped.stdout).toMatch(/^OBJECT +ACTION +CHECK +CONTAINER +PROBLEM +PLACE$/m);
    expect(piped.stdout).toMatch(/^Deployment shop\/web +deny +cpu-request +app +no CPU request; .* +-:1$/m);
  });

  it('audit -o json has the shape that is promised', async () => {
    const path = await file('web.yaml', manifest(deployment({ containers: [bareContainer] })));
    const { stdout } = await gracegate([
      'audit',
      '-f',
      path,
      '-o',
      'json',
      '--check',
      'cpu-request,readiness-probe',
    ]);
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'gracegate.dev/v1alpha1',
      kind: 'AuditReport',
      objects: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'default',
          name: 'web',
          file: path,
          line: 1,
          column: 1,
          violations: [
            {
              check: 'cpu-request',
              action: 'deny',
              container: 'app',
              path: 'spec.template.spec.containers[0].resources.requests.cpu',
              message: 'no CPU request; set resources.requests.cpu, for example 100m',
              line: 1,
              column: expect.any(Number) as number,
            },
            {
              check: 'readiness-probe',
              action: 'deny',
              container: 'app',
              path: 'spec.template.spec.containers[0].readinessProbe',
              message: 'no readiness probe; traffic would arrive before the app can answer',
              line: 1,
              column: expect.any(Number) as number,
            },
          ],
          exempted: [],
          notices: [],
        },
      ],
      errors: [],
      summary: { objects: 1, objectsWithViolations: 1, deny: 2, warn: 0, exempted: 0, errors: 0 },
      profile: 'baseline',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    });
  });

  it('register --dry-run prints both configurations and touches nothing', async () => {
    const ca = await file('ca.crt', '-----BEGIN CERTIFICATE-----\n');
    const { code, stdout } = await gracegate([
      'register',
      '--service',
      'gracegate-system/gracegate',
      '--ca-file',
      ca,
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(stdout.match(/^kind: .*$/gm)).toEqual([
      'kind: MutatingWebhookConfiguration',
      'kind: ValidatingWebhookConfiguration',
    ]);
    expect(stdout).toContain('path: /validate/enforce');
    expect(stdout).toContain('- gracegate-system');
  });

  it('certs writes the three files, the key for its owner only', async () => {
    const { code, stdout } = await gracegate([
      'certs',
      '--dir',
      join(dir, 'new'),
      '--host',
      'gracegate.example.com,10.0.0.1',
    ]);
    expect({ code, out: stdout.endsWith('for gracegate.example.com, 10.0.0.1\n') }).toEqual({
      code: 0,
      out: true,
    });
    expect(await readdir(join(dir, 'new'))).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    expect(await readFile(join(dir, 'new', 'tls.key'), 'utf8')).toContain('PRIVATE KEY');
  });

  it('explain says why, how to fix, and from where', async () => {
    const { code, stdout } = await gracegate(['explain', 'grace-period']);
    expect(code).toBe(0);
    for (const part of ['grace-period: ', 'Why: ', 'Fix: ', 'minDrainSeconds (10)', 'Source: pkg/kubelet'])
      expect(stdout).toContain(part);
    expect((await gracegate(['explain', '--list'])).stdout).toContain('readiness-probe');
  });

  it('config validate takes the example, and --help and --version end with 0', async () => {
    expect(await gracegate(['config', 'validate', 'examples/configuration.yaml'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await gracegate(['--version'])).toMatchObject({ code: 0 });
    expect((await gracegate(['audit', '--help'])).stdout).toContain('Exit codes:\n  0  clean');
  });
});

it('a report that the shell writes into the folder that is audited is not read', async () => {
  await file('web.yaml', manifest(deployment({ containers: [cleanContainer] })));
  const redirected = `cd "$1" && "$0" "$2" audit -f . -o json > report.json; echo "$?"`;
  const main = resolve('dist/main.js');
  const { stdout, stderr } = await run('bash', ['-c', redirected, process.execPath, dir, main], {
    timeoutMs: 60_000,
  });
  expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  expect(JSON.parse(await readFile(join(dir, 'report.json'), 'utf8'))).toMatchObject({
    summary: { objects: 1, errors: 0 },
  });
});

it('a reader that has seen enough ends it without a word', async () => {
  const many = Array.from({ length: 2000 }, (_, index) =>
    deployment({ name: `web-${index}`, containers: [bareContainer] }),
  );
  const input = await file('many.yaml', manifest(...many));
  const pipe = `"$0" dist/main.js audit -f "$1" -o json | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run('bash', ['-c', pipe, process.execPath, input], { timeoutMs: 60_000 });
  expect({ stdout, stderr }).toEqual({ stdout: '{\n141\n', stderr: '' });
});
