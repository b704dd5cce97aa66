import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it, vi } from 'vitest';

import { issueAuthority, type Authority } from '../../../src/tls/issue.ts';
import type { ServingPair } from '../../../src/tls/source.ts';
import { handshake, pairFor, serialOf, serveTls, tempDir } from './support.ts';
import { folder, until, watch, type Folder } from './watching.ts';

let authority: Authority;
let first: ServingPair;
let second: ServingPair;

beforeAll(async () => {
  authority = await issueAuthority();
  [first, second] = await Promise.all([pairFor(authority), pairFor(authority)]);
});

describe('files that change', () => {
  it('swaps in a good pair, for new handshakes too', async () => {
    const files = folder();
    files.write(first);
    const { source, changes, errors } = await watch(files);
    const server = await serveTls(source.current());
    source.onChange(({ certificatePem, keyPem }) =>
      server.setSecureContext({ cert: certificatePem, key: keyPem }),
    );
    expect(await handshake(server, authority.certificatePem, 'localhost')).toBe(serialOf(first));

    files.write(second);
    await until(() => expect(changes).toHaveLength(1));
    expect(changes[0]).toMatchObject(second);
    expect(source.current()).toMatchObject(second);
    expect(await handshake(server, authority.certificatePem, 'localhost')).toBe(serialOf(second));
    expect(errors.filter(({ code }) => code !== 'mismatch')).toEqual([]);
  });

  it('tells nobody while nothing changes, nor when a file is rewritten as it was', async () => {
    const files = folder();
    files.write(first);
    const { changes, errors, warnings, pollsAgain } = await watch(files);
    files.write(first);
    await pollsAgain();
    expect({ changes, errors, warnings }).toEqual({ changes: [], errors: [], warnings: [] });
  });

  it.each<[string, string, (files: Folder) => void]>([
    ['garbage', 'not-pem', (f) => f.write({ certificatePem: 'garbage' })],
    ['a missing certificate', 'unreadable', ({ certFile }) => rmSync(certFile)],
    ['a missing key', 'unreadable', ({ keyFile }) => rmSync(keyFile)],
    ['a key of another certificate', 'mismatch', (f) => f.write({ keyPem: second.keyPem })],
  ])('keeps the pair in the face of %s, says so once, and recovers', async (_what, code, spoil) => {
    const files = folder();
    files.write(first);
    const { source, changes, errors, pollsAgain } = await watch(files);
    spoil(files);
    await until(() => expect(errors).not.toEqual([]));
    await pollsAgain();
    expect(errors.map((error) => error.code)).toEqual([code]);
    expect(source.current()).toMatchObject(first);

    files.write(first);
    await pollsAgain();
    expect(changes).toEqual([]);
    spoil(files);
    // The same trouble after a recovery is news.
    await until(() => expect(errors.filter((error) => error.code === code)).toHaveLength(2));

    files.write(second);
    await until(() => expect(source.current()).toMatchObject(second));
  });

  it('reports each distinct state', async () => {
    const files = folder();
    files.write(first);
    const { errors } = await watch(files);
    files.write({ keyPem: second.keyPem });
    await until(() => expect(errors.at(-1)?.code).toBe('mismatch'));
    rmSync(files.keyFile);
    await until(() => expect(errors.at(-1)?.code).toBe('unreadable'));
  });

  it('waits for the key when only the certificate has been written', async () => {
    const files = folder();
    files.write(first);
    const { source, changes, errors } = await watch(files);
    files.write({ certificatePem: second.certificatePem });
    await until(() => expect(errors.at(-1)?.code).toBe('mismatch'));
    expect(source.current()).toMatchObject(first);

    files.write({ keyPem: second.keyPem });
    await until(() => expect(changes).toHaveLength(1));
    expect(source.current()).toMatchObject(second);
  });

  it('follows the symbolic links of a mounted Secret', async () => {
    // The layout and the order of the kubelet: pkg/volume/util/atomic_writer.go.
    const mount = tempDir();
    const project = (stamp: string, pair: ServingPair): void => {
      mkdirSync(join(mount, stamp));
      writeFileSync(join(mount, stamp, 'tls.crt'), pair.certificatePem);
      writeFileSync(join(mount, stamp, 'tls.key'), pair.keyPem);
      symlinkSync(stamp, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    project('..2026_03_01_12_00_00.1', first);
    for (const file of ['tls.crt', 'tls.key']) {
      symlinkSync(join('..data', file), join(mount, file));
    }
    const { source, errors, changes } = await watch({
      certFile: join(mount, 'tls.crt'),
      keyFile: join(mount, 'tls.key'),
    });
    expect(source.current()).toMatchObject(first);

    project('..2026_03_01_12_05_00.2', second);
    rmSync(join(mount, '..2026_03_01_12_00_00.1'), { recursive: true });
    await until(() => expect(changes).toHaveLength(1));
    expect(source.current()).toMatchObject(second);
    expect(errors).toEqual([]);
  });

  it('reports a listener that fails, goes on telling the others, and goes on polling', async () => {
    const files = folder();
    files.write(first);
    const { source, errors } = await watch(files);
    const end = source.onChange(() => {
      throw new Error('no');
    });
    const other = vi.fn<(pair: ServingPair) => void>();
    source.onChange(other);
    files.write(second);
    await until(() => expect(errors.at(-1)?.code).toBe('listener'));
    expect(other).toHaveBeenCalledTimes(1);
    end();
    files.write(first);
    await until(() => expect(source.current()).toMatchObject(first));
  });

  it('survives an onError that throws', async () => {
    const files = folder();
    files.write(first);
    const onError = vi.fn<() => void>(() => {
      throw new Error('no');
    });
    const { source } = await watch({ ...files, onError });
    rmSync(files.keyFile);
    await until(() => expect(onError).toHaveBeenCalled());
    files.write(second);
    await until(() => expect(source.current()).toMatchObject(second));
  });

  it('stops when closed, whenever that is', async () => {
    const files = folder();
    files.write(first);
    const { source, changes, errors } = await watch(files);
    // A second watcher of the same files shows that there was time to notice.
    const witness = await watch(files);
    source.close();
    source.close();
    files.write(second);
    await until(() => expect(witness.source.current()).toMatchObject(second));
    await witness.pollsAgain();
    expect(source.current()).toMatchObject(first);
    expect({ changes, errors }).toEqual({ changes: [], errors: [] });
  });

  it('can be closed by a listener', async () => {
    const files = folder();
    files.write(first);
    const { source, readings } = await watch(files);
    const witness = await watch(files);
    const listener = vi.fn<() => void>(() => source.close());
    source.onChange(listener);
    files.write(second);
    await until(() => expect(listener).toHaveBeenCalled());
    const before = readings();
    files.write(first);
    await until(() => expect(witness.source.current()).toMatchObject(first));
    await witness.pollsAgain();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(readings()).toBe(before);
    expect(source.current()).toMatchObject(second);
  });
});
