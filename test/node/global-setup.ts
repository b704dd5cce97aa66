/**
 * Starts one real node for all test files and hands its coordinates to them. On a machine that cannot run one it says
 * what is missing and the tests are skipped; with GRACEGATE_REQUIRE_NODE=1 that is a failure instead.
 */
import type { TestProject } from 'vitest/node';
import { missingForImage } from '../cluster/images/gracegate.ts';
import type { NodeCoordinates } from '../cluster/node/access.ts';
import { startNode } from '../cluster/node/node.ts';
import { missingForNode } from '../cluster/node/requirements.ts';
import { note } from '../cluster/progress.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null on a machine that cannot run a node. */
    node: NodeCoordinates | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = [...(await missingForNode()), ...missingForImage()];
  if (missing.length > 0) {
    const problem = `The tests on a real node are not run; this machine has not:\n${missing.map((what) => `- ${what}`).join('\n')}`;
    if (process.env['GRACEGATE_REQUIRE_NODE'] === '1') {
      throw new Error(problem);
    }
    note(problem);
    project.provide('node', null);
    return async () => {};
  }
  const node = await startNode();
  project.provide('node', node.coordinates);
  return () => node.stop(project.vitest.state.getCountOfFailedTests() > 0 ? { keepLogs: true } : {});
}
