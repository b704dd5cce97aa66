/** The pod that our verdicts are about, where a test holds them against those of a server of any version. */
import type { JsonObject } from '../../../src/policy/json.ts';
import { predictPod } from '../../../src/policy/predict.ts';
import { readPod, type PodView } from '../../../src/policy/objects/view.ts';
import { cluster } from './cluster.ts';
import type { Manifest } from './oracle-create.ts';

/** The pod that the server would make of what is written, as it is when it is read again. */
export function judgedPod(written: Manifest): PodView {
  const surroundings = { limitRanges: [], mutations: undefined, serverMinor: cluster.minor };
  const template = JSON.parse(JSON.stringify(written)) as JsonObject;
  return readPod(predictPod(predictPod(template, surroundings).pod, surroundings).pod);
}

/**
 * True where resources of the pod that say nothing make it BestEffort: up to 1.36 they override those of its containers
 * (PodLevelResourcesFixKubeletQOSClass).
 */
export function isOverriddenByNothing(written: Manifest): boolean {
  const resources = resourcesOf(written);
  if (cluster.minor >= 37 || resources === undefined) return false;
  const { requests = {}, limits = {} } = resources;
  return Object.keys(requests).length + Object.keys(limits).length === 0;
}

interface Resources {
  readonly requests?: object;
  readonly limits?: object;
}

function resourcesOf({ spec }: Manifest): Resources | undefined {
  return (spec as { readonly resources?: Resources }).resources;
}
