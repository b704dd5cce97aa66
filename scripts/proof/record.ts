/** Both roll-outs on a node, one after the other, with what is told of them meanwhile. */
import type { NodeAccess } from '../../test/cluster/node/access.ts';
import { withProgress } from '../../test/cluster/progress.ts';
import { application, importApplication, type StopMode } from '../../test/node/support/application.ts';
import { install } from '../../test/node/support/release.ts';
import { collect, RATE } from './collect.ts';
import { STOPS } from './options.ts';
import { rollOutOf, type Proof } from './proof.ts';

const LABEL = ['gracegate.dev/mutate', 'baseline'] as const;

export async function record(node: NodeAccess, mode: StopMode): Promise<Proof> {
  await withProgress('Installing Gracegate', () => install(node));
  await withProgress('Preparing the application', () => importApplication(node));
  const without = await withProgress(`Rolling out at ${RATE} requests a second, without Gracegate`, () =>
    collect(node, mode, { title: 'Without Gracegate' }),
  );
  const withGracegate = await withProgress(`Rolling out at ${RATE} requests a second, with Gracegate`, () =>
    collect(node, mode, { title: 'With Gracegate', label: LABEL }),
  );
  return {
    without: rollOutOf(without),
    with: rollOutOf(withGracegate),
    circumstances: {
      kubernetes: node.coordinates.version,
      stops: STOPS[mode],
      rate: RATE,
      manifest: application(mode)
        .map((object) => JSON.stringify(object, null, 2))
        .join('\n'),
      date: new Date(),
    },
  };
}
