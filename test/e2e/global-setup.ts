/** Builds the bundle and starts one control plane for all end-to-end test files and hands its coordinates to them. */
import type { TestProject } from 'vitest/node';
import type { Coordinates } from '../cluster/access.ts';
import { startControlPlane } from '../cluster/control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: Coordinates;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [controlPlane] = await Promise.all([startControlPlane(), import('../../scripts/build.ts')]);
  project.provide('cluster', controlPlane.coordinates);
  return () => controlPlane.stop();
}
