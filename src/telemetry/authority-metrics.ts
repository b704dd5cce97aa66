import { Counter, Gauge, type Registry } from 'prom-client';

/** Of certificates that Gracegate issues itself, and of the bundles by which API servers trust it. */
export interface AuthorityMetrics {
  readonly expires: (at: Date) => void;
  readonly wrote: (result: 'written' | 'conflict' | 'failed') => void;
  readonly issued: () => void;
  readonly bundleTrusted: (configuration: string, isTrusted: boolean) => void;
  readonly bundleRepaired: (configuration: string) => void;
}

export function authorityMetrics(registry: Registry): AuthorityMetrics {
  const registers = [registry];
  const expiry = new Gauge({
    name: 'gracegate_authority_expiry_timestamp_seconds',
    help: 'When the authority that signs serving certificates expires, as a Unix time; 0 where Gracegate has none.',
    registers,
  });
  const writes = new Counter({
    name: 'gracegate_authority_writes_total',
    help: 'Writes of the shared authority; a conflict says that another replica was first.',
    labelNames: ['result'],
    registers,
  });
  const issued = new Counter({
    name: 'gracegate_certificates_issued_total',
    help: 'Serving certificates that this process issued for itself.',
    registers,
  });
  const trusted = new Gauge({
    name: 'gracegate_ca_bundle_trusted',
    help: '1 when every webhook of the configuration trusts the certificate that is served.',
    labelNames: ['configuration'],
    registers,
  });
  const repairs = new Counter({
    name: 'gracegate_ca_bundle_repairs_total',
    help: 'CA bundles that somebody had changed and that were put back.',
    labelNames: ['configuration'],
    registers,
  });
  for (const result of ['written', 'conflict', 'failed']) writes.inc({ result }, 0);
  for (const configuration of ['mutating', 'validating']) repairs.inc({ configuration }, 0);
  return {
    expires: (at) => expiry.set(at.getTime() / 1000),
    wrote: (result) => writes.inc({ result }),
    issued: () => issued.inc(),
    bundleTrusted: (configuration, isTrusted) => trusted.set({ configuration }, isTrusted ? 1 : 0),
    bundleRepaired: (configuration) => repairs.inc({ configuration }),
  };
}
