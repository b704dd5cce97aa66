import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Decision, Recorder, WebhookPath } from '../admission/ports.ts';
import { auditMetrics, type AuditMetrics } from './audit-metrics.ts';
import { authorityMetrics, type AuthorityMetrics } from './authority-metrics.ts';

/** Seconds. A review is answered in well under a millisecond; the API server gives up after 2 or 5 seconds. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Files that are followed while running. */
export type ReloadedFile = 'configuration' | 'certificate' | 'client-ca';

const webhooks: readonly WebhookPath[] = ['mutate', 'enforce', 'warn', 'audit', 'namespaces'];
const decisions: readonly Decision[] = ['allow', 'deny', 'exempt', 'error'];

/** The metrics of a process, by what they count. */
export interface Metrics {
  readonly registry: Registry;
  /** The part of {@link Recorder} that is counted. */
  readonly recorder: Omit<Recorder, 'refused' | 'failed'>;
  readonly answered: (path: string, seconds: number) => void;
  readonly badRequest: (code: string) => void;
  /** Codes and resources that may be counted: from now on they are 0 until something happens. */
  readonly expect: (expected: {
    readonly codes?: readonly string[];
    readonly watched?: readonly string[];
  }) => void;
  /** Whether /readyz says so. */
  readonly ready: (isReady: boolean) => void;
  /** A file was read for the first time. */
  readonly loaded: (what: ReloadedFile) => void;
  readonly reloaded: (what: ReloadedFile, succeeded: boolean) => void;
  readonly certificateExpires: (at: Date) => void;
  readonly watchFailed: (resource: string) => void;
  readonly authority: AuthorityMetrics;
  readonly audit: AuditMetrics;
}

/** Makes the registry of a process. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const reviews = counter('gracegate_reviews_total', 'Reviews by webhook and decision.', [
    'webhook',
    'decision',
  ]);
  const violations = counter(
    'gracegate_violations_total',
    'Violations found in reviews, by what was done about them.',
    ['check', 'action'],
  );
  const mutations = counter('gracegate_mutations_total', 'Pods that a mutation changed.', ['mutation']);
  const exemptions = counter('gracegate_exemptions_total', 'Exemptions used.', ['reason']);
  const liveReads = counter('gracegate_live_reads_total', 'Reads past the cache.', ['resource']);
  const badRequests = counter('gracegate_bad_requests_total', 'Calls that were not a review.', ['code']);
  const watchErrors = counter('gracegate_watch_errors_total', 'Watches that broke and were started again.', [
    'resource',
  ]);
  const reloads = counter('gracegate_reloads_total', 'Reloads of a file while running.', ['what', 'result']);
  const reloadState = new Gauge({
    name: 'gracegate_last_reload_successful',
    help: '1 when the last reload was taken over, 0 when it was refused and the old one stays.',
    labelNames: ['what'],
    registers: [registry],
  });
  const ready = new Gauge({
    name: 'gracegate_ready',
    help: '1 when /readyz says that this process is ready, else 0.',
    registers: [registry],
  });
  const expiry = new Gauge({
    name: 'gracegate_certificate_expiry_timestamp_seconds',
    help: 'When the serving certificate expires, as a Unix time.',
    registers: [registry],
  });
  new Gauge({
    name: 'gracegate_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  const durations = new Histogram({
    name: 'gracegate_review_duration_seconds',
    help: 'Time from the end of the request body to the answer, by webhook.',
    labelNames: ['webhook'],
    buckets: durationBuckets,
    registers: [registry],
  });
  // A counter that appears with its first event shows no increase for it, and an alert would not hear of it.
  for (const webhook of webhooks) for (const decision of decisions) reviews.inc({ webhook, decision }, 0);
  const reviewsBy = remembered((webhook, decision) => reviews.labels(webhook, decision));
  const violationsBy = remembered((check, action) => violations.labels(check, action));
  const mutationsBy = remembered((mutation) => mutations.labels(mutation));
  const durationsBy = remembered((webhook) => durations.labels(webhook));
  return {
    registry,
    recorder: {
      reviewed: ({ path, decision }) => reviewsBy(path, decision).inc(),
      violation: (check, action) => violationsBy(check, action).inc(),
      mutated: (mutation) => mutationsBy(mutation).inc(),
      exempted: (reason) => exemptions.inc({ reason }),
      liveRead: (resource) => liveReads.inc({ resource }),
    },
    answered: (webhook, seconds) => durationsBy(webhook).observe(seconds),
    badRequest: (code) => badRequests.inc({ code }),
    expect({ codes = [], watched = [] }) {
      for (const code of codes) badRequests.inc({ code }, 0);
      for (const resource of watched) watchErrors.inc({ resource }, 0);
    },
    ready: (isReady) => ready.set(isReady ? 1 : 0),
    watchFailed: (resource) => watchErrors.inc({ resource }),
    certificateExpires: (at) => expiry.set(at.getTime() / 1000),
    authority: authorityMetrics(registry),
    audit: auditMetrics(registry),
    loaded: (what) => reloadState.set({ what }, 1),
    reloaded(what, succeeded) {
      reloads.inc({ what, result: succeeded ? 'taken' : 'refused' });
      reloadState.set({ what }, succeeded ? 1 : 0);
    },
  };
}

/** Keeps what a metric makes for its labels: looking it up by labels costs more than counting. */
function remembered<T>(make: (first: string, second: string) => T): (first: string, second?: string) => T {
  const made = new Map<string, T>();
  return (first, second = '') => {
    const key = `${first} ${second}`;
    let child = made.get(key);
    if (child === undefined) {
      child = make(first, second);
      made.set(key, child);
    }
    return child;
  };
}
