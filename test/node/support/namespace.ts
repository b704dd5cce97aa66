/** A namespace of its own for each test file or test, gone with all that is in it before the next one. */
import { randomBytes } from 'node:crypto';
import type { NodeAccess } from '../../cluster/node/access.ts';

export interface TestNamespace extends AsyncDisposable {
  readonly name: string;
  /** `kubectl apply` of JSON objects in this namespace. */
  apply(...objects: readonly object[]): Promise<void>;
  /** kubectl in this namespace; must succeed. */
  kubectl(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function createNamespace(
  node: NodeAccess,
  prefix: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<TestNamespace> {
  const name = `${prefix}-${randomBytes(3).toString('hex')}`;
  const apply = async (objects: readonly object[]): Promise<void> => {
    const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    await node.kubectlOk(['--namespace', name, 'apply', '-f', '-'], { input });
  };
  await apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }]);
  const remove = async (): Promise<void> => {
    await node.kubectlOk(['delete', 'namespace', name, '--ignore-not-found', '--timeout=90s'], {
      timeoutMs: 100_000,
    });
  };
  return {
    name,
    apply: (...objects) => apply(objects),
    kubectl: (...args) => node.kubectlOk(['--namespace', name, ...args], { timeoutMs: 130_000 }),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}
