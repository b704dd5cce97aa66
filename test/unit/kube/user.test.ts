import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { kubeConfigOfUser } from '../../../src/kube/kubeconfig.ts';
import { connectAsUser } from '../../../src/kube/cluster.ts';
import { temporaryDirectory } from '../cluster/temporary-directory.ts';

const kubeconfig = (name: string): string => `
apiVersion: v1
kind: Config
current-context: ${name}
clusters: [{ name: ${name}, cluster: { server: 'https://${name}.example.com' } }]
users: [{ name: ${name}, user: {} }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
`;

let folder: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
  vi.stubEnv('HOME', folder);
  vi.stubEnv('KUBECONFIG', undefined);
  vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
});
afterEach(() => void vi.unstubAllEnvs());

async function fileOf(name: string, content = kubeconfig(name)): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function atHome(content = kubeconfig('home')): Promise<void> {
  await mkdir(join(folder, '.kube'));
  await writeFile(join(folder, '.kube', 'config'), content);
}

const server = (): string | undefined => kubeConfigOfUser()?.getCurrentCluster()?.server;

describe('the credentials of a person', () => {
  it('are in KUBECONFIG', async () => {
    await atHome();
    vi.stubEnv('KUBECONFIG', await fileOf('env'));
    expect(server()).toBe('https://env.example.com');
  });

  it('are in several files of KUBECONFIG, of which the first says which is current', async () => {
    vi.stubEnv('KUBECONFIG', [await fileOf('one'), await fileOf('two')].join(delimiter));
    const config = kubeConfigOfUser();
    expect(config?.getCurrentCluster()?.server).toBe('https://one.example.com');
    expect(config?.getClusters().map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('are merged: of a name the first counts, and empty entries and files that are not there do not', async () => {
    const second = `
current-context: both
clusters:
  - { name: one, cluster: { server: 'https://other.example.com' } }
  - { name: two, cluster: { server: 'https://two.example.com', certificate-authority: ca.crt } }
users: [{ name: one, user: { token: other } }, { name: two, user: { token: two } }]
contexts: [{ name: one, context: { cluster: two, user: two } }, { name: both, context: { cluster: two, user: one } }]
`;
    const first = kubeconfig('one').replace('current-context: one', "current-context: ''");
    const files = [
      '',
      join(folder, 'missing'),
      await fileOf('empty', ''),
      await fileOf('one', first),
      await fileOf('two', second),
      await fileOf('three'),
    ];
    vi.stubEnv('KUBECONFIG', files.join(delimiter));
    const config = kubeConfigOfUser();
    expect(config?.getCurrentContext()).toBe('both');
    expect(config?.getClusters().map(({ name, server: at }) => `${name} ${at}`)).toEqual([
      'one https://one.example.com',
      'two https://two.example.com',
      'three https://three.example.com',
    ]);
    expect(config?.getCluster('two')?.caFile).toBe(join(folder, 'ca.crt'));
    expect(config?.getUsers().map(({ name, token }) => [name, token])).toEqual([
      ['one', undefined],
      ['two', 'two'],
      ['three', undefined],
    ]);
    expect(config?.getContexts().map(({ name, cluster }) => `${name} ${cluster}`)).toEqual([
      'one one',
      'both two',
      'three three',
    ]);
  });

  it('are an error where one of several files is no kubeconfig', async () => {
    const bad = await fileOf('bad', 'clusters: [');
    vi.stubEnv('KUBECONFIG', [await fileOf('one'), bad].join(delimiter));
    expect(() => kubeConfigOfUser()).toThrow(`cannot read the kubeconfig ${bad}: `);
  });

  it.each(['', undefined, delimiter, delimiter + delimiter])(
    'are at home where KUBECONFIG is %j',
    async (value) => {
      await atHome();
      vi.stubEnv('KUBECONFIG', value);
      expect(server()).toBe('https://home.example.com');
    },
  );

  it.each(['', undefined, delimiter])(
    'are none where there is no file at home either: KUBECONFIG %j',
    (value) => {
      vi.stubEnv('KUBECONFIG', value);
      expect(kubeConfigOfUser()).toBeUndefined();
      expect(connectAsUser(undefined)).toBeUndefined();
    },
  );

  it('are an error, with the file, where they cannot be read', async () => {
    const missing = join(folder, 'missing');
    vi.stubEnv('KUBECONFIG', missing);
    expect(() => kubeConfigOfUser()).toThrow(`cannot read the kubeconfig ${missing}: ENOENT`);
    vi.stubEnv('KUBECONFIG', undefined);
    await atHome('clusters: [');
    expect(() => kubeConfigOfUser()).toThrow(
      `cannot read the kubeconfig ${join(folder, '.kube', 'config')}: `,
    );
  });
});

describe('a client for a person', () => {
  it('takes the file that is named, whatever the environment says', async () => {
    vi.stubEnv('KUBECONFIG', await fileOf('env'));
    expect(connectAsUser(await fileOf('named'))?.server).toBe('https://named.example.com');
  });

  it('takes what kubectl would use otherwise', async () => {
    vi.stubEnv('KUBECONFIG', await fileOf('env'));
    expect(connectAsUser(undefined)?.server).toBe('https://env.example.com');
  });

  it('fails on a named file that is not there rather than to take another cluster', async () => {
    await atHome();
    const missing = join(folder, 'missing');
    expect(() => connectAsUser(missing)).toThrow(`cannot read the kubeconfig ${missing}`);
  });
});
