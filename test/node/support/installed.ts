/** Gracegate for the tests of a file: installed before the first and uninstalled after the last. */
import { afterAll, beforeAll } from 'vitest';
import { createNamespace, type TestNamespace } from './namespace.ts';
import { install, untilEnforced, type Release } from './release.ts';
import { sharedNode } from './shared-node.ts';

const TIMEOUT_MS = 400_000;

/** To be called where `beforeAll` may be; gives the release once the tests run. */
export function installedFor(values: Readonly<Record<string, string>> = {}): () => Release {
  let release: Release | undefined;
  beforeAll(async () => {
    release = await install(sharedNode(), values);
  }, TIMEOUT_MS);
  afterAll(() => release?.uninstall(), TIMEOUT_MS);
  return () => {
    if (release === undefined) throw new Error('Gracegate is installed only while the tests run');
    return release;
  };
}

/** A namespace for the tests of a file, in which the webhooks are live. To be called after {@link installedFor}. */
export function enforcedNamespace(
  prefix: string,
  labels: Readonly<Record<string, string>> = both,
): () => string {
  let namespace: TestNamespace | undefined;
  beforeAll(async () => {
    namespace = await createNamespace(sharedNode(), prefix, labels);
    await untilEnforced(sharedNode(), namespace.name);
  }, TIMEOUT_MS);
  afterAll(() => namespace?.remove(), TIMEOUT_MS);
  return () => namespace?.name ?? '';
}

const both = { 'gracegate.dev/enforce': 'baseline', 'gracegate.dev/mutate': 'baseline' };
