/** The node that serves all test files. */
import { inject } from 'vitest';
import { accessToNode, type NodeAccess } from '../../cluster/node/access.ts';

/** For `describe.skipIf`: the machine cannot run a node, and the start of the run has said why. */
export const hasNode = inject('node') !== null;

export function sharedNode(): NodeAccess {
  const coordinates = inject('node');
  if (coordinates === null) {
    throw new Error('there is no node on this machine; guard the test with describe.skipIf(!hasNode)');
  }
  return accessToNode(coordinates);
}
