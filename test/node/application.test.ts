/**
 * The promise itself: the same manifest, rolled out under load, loses requests in a namespace without our label and none in
 * one with it. How many are lost without depends on kube-proxy and the client, so only that there are some is asserted.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { importApplication, startApplication, type StopMode } from './support/application.ts';
import { installedFor } from './support/installed.ts';
import { forSeconds, startRequests, type LoadResult } from './support/load.ts';
import { createNamespace } from './support/namespace.ts';
import { report } from './support/report.ts';
import { everyRound } from './support/rounds.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

const rate = 200;
const labelled = { 'gracegate.dev/mutate': 'baseline' };

async function rollUnderLoad(
  mode: StopMode,
  labels: Readonly<Record<string, string>>,
  keepAlive = false,
): Promise<LoadResult> {
  const node = sharedNode();
  await using namespace = await createNamespace(node, 'app', labels);
  const application = await startApplication(node, namespace, mode);
  await using load = await startRequests(node, { url: application.url, rate, keepAlive });
  await forSeconds(1);
  await application.roll();
  await forSeconds(1);
  return load.stop();
}

describe.skipIf(!hasNode)('a roll-out at 200 requests a second', () => {
  installedFor();
  beforeAll(() => importApplication(sharedNode()), 60_000);

  describe.each(['graceful', 'exit'] as const)('of an application that stops so: %s', (mode) => {
    it.each(everyRound)(
      'loses requests without Gracegate, round %i',
      async (round) => {
        const { total, failed, failures } = await rollUnderLoad(mode, {});
        report(`roll-out, ${mode}, without, round ${round}`, { total, failed, failures });
        expect(total).toBeGreaterThan(rate * 3);
        expect(failed).toBeGreaterThan(0);
      },
      180_000,
    );

    it.each(everyRound)(
      'loses none with gracegate.dev/mutate=baseline, round %i',
      async (round) => {
        const { total, failed, failures } = await rollUnderLoad(mode, labelled);
        report(`roll-out, ${mode}, with, round ${round}`, { total, failed, failures });
        expect(total).toBeGreaterThan(rate * 3);
        expect(failures).toEqual({});
      },
      180_000,
    );
  });

  it('loses none over connections that are kept alive either, by a client that asks again on a closed one', async () => {
    const { total, failed, failures, retried } = await rollUnderLoad('graceful', labelled, true);
    report('roll-out, graceful, with, kept alive', { total, failed, failures, retried });
    expect(total).toBeGreaterThan(rate * 3);
    expect(failures).toEqual({});
  }, 180_000);
});
