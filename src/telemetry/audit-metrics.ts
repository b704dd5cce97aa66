import { Gauge, type Registry } from 'prom-client';

/** The numbers of an audit of the cluster. */
export interface AuditNumbers {
  readonly profile: string;
  readonly finishedAt: Date;
  readonly objects: number;
  readonly errors: number;
  readonly violations: readonly {
    readonly namespace: string;
    readonly check: string;
    readonly action: string;
    readonly count: number;
  }[];
}

/** Audits are made, and none has left numbers. */
export interface AuditAwaited {
  readonly awaitedSince: Date;
}

/** Of the audit that finished last, by whichever process. */
export interface AuditMetrics {
  /** In place of what was shown before; undefined where no audits are made any more. */
  readonly show: (state: AuditNumbers | AuditAwaited | undefined) => void;
}

export function auditMetrics(registry: Registry): AuditMetrics {
  const gauge = (name: string, help: string, labelNames: string[]): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  // `namespace` is the label by which Prometheus says where the replica itself is.
  const violations = gauge('gracegate_audit_violations', 'Violations that the last audit found.', [
    'profile',
    'resource_namespace',
    'check',
    'action',
  ]);
  const objects = gauge('gracegate_audit_objects', 'Objects that the last audit judged.', ['profile']);
  const errors = gauge('gracegate_audit_errors', 'What the last audit could not read.', ['profile']);
  const finished = gauge(
    'gracegate_audit_timestamp_seconds',
    'When the last audit finished, as a Unix time.',
    ['profile'],
  );
  const awaited = gauge(
    'gracegate_audit_awaited_since_seconds',
    'Since when the first audit is awaited, as a Unix time; not there once there was one.',
    [],
  );
  // One without labels is there as 0 from the beginning.
  awaited.remove();
  return {
    show(state) {
      for (const one of [violations, objects, errors, finished]) one.reset();
      awaited.remove();
      if (state === undefined) return;
      if ('awaitedSince' in state) {
        awaited.set(state.awaitedSince.getTime() / 1000);
        return;
      }
      const numbers = state;
      const { profile } = numbers;
      objects.set({ profile }, numbers.objects);
      errors.set({ profile }, numbers.errors);
      finished.set({ profile }, numbers.finishedAt.getTime() / 1000);
      for (const { namespace, check, action, count } of numbers.violations)
        violations.set({ profile, resource_namespace: namespace, check, action }, count);
    },
  };
}
