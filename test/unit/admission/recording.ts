import type { Recorder, RefusalFacts } from '../../../src/admission/ports.ts';

/** What a recorder was told, in the order in which it was told. */
export interface Seen {
  /** `PATH DECISION`. */
  readonly reviews: string[];
  readonly refusals: RefusalFacts[];
  /** `CHECK ACTION`. */
  readonly violations: string[];
  readonly mutations: string[];
  readonly exemptions: string[];
  readonly liveReads: string[];
  readonly failures: string[];
}

export interface Recording extends Recorder {
  readonly seen: Seen;
}

/** A recorder that remembers. The port is ours, so this pretends nothing about Kubernetes. */
export function recording(): Recording {
  const seen: Seen = {
    reviews: [],
    refusals: [],
    violations: [],
    mutations: [],
    exemptions: [],
    liveReads: [],
    failures: [],
  };
  return {
    seen,
    reviewed: ({ path, decision }) => void seen.reviews.push(`${path} ${decision}`),
    refused: (facts) => void seen.refusals.push(facts),
    violation: (check, action) => void seen.violations.push(`${check} ${action}`),
    mutated: (mutation) => void seen.mutations.push(mutation),
    exempted: (reason) => void seen.exemptions.push(reason),
    liveRead: (resource) => void seen.liveReads.push(resource),
    failed: (message) => void seen.failures.push(message),
  };
}
