import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { UserError } from '../../../src/cli/errors.ts';
import { fileCluster, textCluster } from '../../../src/cli/file-cluster.ts';
import { temporaryDirectory } from '../cluster/temporary-directory.ts';
import { limitRanges } from '../policy/objects.ts';

const text = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { gracegate.dev/enforce: baseline, count: 7 } }
---
apiVersion: v1
kind: Namespace
metadata: { name: bare }
---
{ "apiVersion": "v1", "kind": "LimitRange", "metadata": { "name": "limits", "namespace": "shop" },
  "spec": { "limits": [{ "type": "Container", "max": { "cpu": "1" } }] } }
---
apiVersion: v1
kind: LimitRange
metadata: { name: more, namespace: shop }
---
apiVersion: v1
kind: LimitRange
metadata: { name: limits }
`;
const shop = { name: 'shop', labels: { 'gracegate.dev/enforce': 'baseline' } };

describe('a file instead of a cluster', () => {
  it('has namespaces', async () => {
    const { namespaces } = textCluster(text);
    expect([...namespaces.all()]).toEqual([shop, { name: 'bare', labels: {} }]);
    for (const [name, expected] of [
      ['shop', shop],
      ['other', undefined],
      ['constructor', undefined],
    ] as const) {
      expect(namespaces.get(name)).toEqual(expected);
      expect(await namespaces.read(name)).toEqual(expected);
    }
  });

  it('has LimitRanges, in the namespace default where they name none', async () => {
    const cluster = textCluster(text).limitRanges;
    const [limits] = limitRanges('[{ type: Container, max: { cpu: 1 } }]');
    for (const [namespace, expected] of [
      ['shop', [limits, { source: 'LimitRange shop/more', items: [] }]],
      ['default', [{ source: 'LimitRange limits', items: [] }]],
      ['bare', []],
    ] as const) {
      expect(cluster.list(namespace)).toMatchObject(expected);
      expect(await cluster.read(namespace)).toMatchObject(expected);
    }
  });

  it('is read from a file, or from all files of a folder', async () => {
    const folder = await temporaryDirectory();
    const file = join(folder, 'namespaces.yaml');
    await writeFile(file, text);
    await writeFile(
      join(folder, 'more.json'),
      '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"json"}}',
    );
    expect([...(await fileCluster(file)).namespaces.all()].map(({ name }) => name)).toEqual(['shop', 'bare']);
    expect([...(await fileCluster(folder)).namespaces.all()].map(({ name }) => name)).toEqual([
      'json',
      'shop',
      'bare',
    ]);
  });
});

describe('a list, as kubectl get prints it', () => {
  const list = (kind: string, items: string) => `apiVersion: v1\nkind: ${kind}\nitems:\n${items}`;

  it.each([
    [
      'of Namespaces',
      list(
        'List',
        '  - { apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { gracegate.dev/enforce: baseline } } }\n' +
          '  - { apiVersion: v1, kind: Namespace, metadata: { name: bare } }\n',
      ),
    ],
    [
      'of a kind of its own, whose items leave it out',
      list(
        'NamespaceList',
        '  - metadata: { name: shop, labels: { gracegate.dev/enforce: baseline } }\n  - metadata: { name: bare }\n',
      ),
    ],
  ])('%s is read', (_name, content) => {
    expect([...textCluster(content).namespaces.all()]).toEqual([shop, { name: 'bare', labels: {} }]);
  });

  it('may hold LimitRanges too, and stand beside other documents', () => {
    const limits = '  - { apiVersion: v1, kind: LimitRange, metadata: { name: limits, namespace: shop } }\n';
    const cluster = textCluster(
      `${list('List', limits)}---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }\n`,
    );
    expect([...cluster.namespaces.all()]).toEqual([{ name: 'shop', labels: {} }]);
    expect(cluster.limitRanges.list('shop')).toMatchObject([{ source: 'LimitRange shop/limits', items: [] }]);
  });

  it('may be empty', () => {
    expect([...textCluster('{ apiVersion: v1, kind: List, items: [] }').namespaces.all()]).toEqual([]);
  });
});

describe('what is wrong is said with its place', () => {
  async function refusal(content: string): Promise<string> {
    const file = join(await temporaryDirectory(), 'namespaces.yaml');
    await writeFile(file, content);
    const error = await fileCluster(file).then(
      () => new Error('accepted'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof UserError)) throw error;
    return error.message.replace(file, 'FILE');
  }

  it.each([
    [
      'kind: Namespace\n---\nkind: [',
      'FILE:3: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'kind: Namespace\nkind: Namespace',
      'FILE:2: Map keys must be unique; is a line with --- missing before this object?',
    ],
    ['# a comment\n---\n- shop\n', 'FILE:3: not a Kubernetes object'],
    ['kind: Namespace\n---\nshop\n', 'FILE:3: not a Kubernetes object'],
    [
      'kind: Namespace\n---\n\nkind: Deployment\n',
      'FILE:4: only Namespace and LimitRange objects are expected here',
    ],
    [
      'kind: List\nitems:\n  - kind: Namespace\n  - kind: Deployment\n',
      'FILE:4: only Namespace and LimitRange objects are expected here',
    ],
    ['kind: List\nitems:\n  - kind: Namespace\n  - shop\n', 'FILE:4: not a Kubernetes object'],
    ['metadata: { name: shop }', 'FILE:1: only Namespace and LimitRange objects are expected here'],
  ])('%j', async (content, message) => {
    expect(await refusal(content)).toBe(message);
  });

  it('a file that is not there', async () => {
    const file = join(await temporaryDirectory(), 'none.yaml');
    await expect(fileCluster(file)).rejects.toThrow(new UserError(`${file}: no such file or folder`));
  });
});
