import { holdPair } from '../tls/holder.ts';
import type { CertificateSource, ServingPair } from '../tls/source.ts';
import { openSource, type CertificateOrigin, type Surroundings } from './certificate-source.ts';
import { ClusterTrust } from './cluster-trust.ts';
import { UserError } from './errors.ts';

export interface CertificateOptions {
  readonly origin: CertificateOrigin;
  /** The name of both webhook configurations, whose CA bundles are followed; undefined to leave them alone. */
  readonly webhookConfiguration?: string | undefined;
}

/** Certificates as the server serves them. */
export interface ServedCertificates extends Pick<CertificateSource, 'current' | 'onChange'> {
  /** Why nobody trusts what is served yet; undefined when all is well. */
  notReady(): string | undefined;
  close(): Promise<void>;
}

/** Time alone makes certificates expire. */
const lookIntervalMs = 30_000;

/** Opens the source of certificates and, where it is asked for, follows and keeps the CA bundles. */
export async function openCertificates(
  { origin, webhookConfiguration }: CertificateOptions,
  surroundings: Surroundings,
): Promise<ServedCertificates> {
  if (webhookConfiguration !== undefined) return trusted(origin, webhookConfiguration, surroundings);
  // Nobody can say what is trusted, so everything counts as it.
  const { source, close } = await openSource(
    origin,
    { trusts: () => true, refresh: () => undefined },
    surroundings,
  );
  return {
    current: () => source.current(),
    onChange: (listener) => source.onChange(listener),
    notReady: () => undefined,
    close,
  };
}

/** A new pair is served once the API server trusts it. */
async function trusted(
  origin: CertificateOrigin,
  name: string,
  surroundings: Surroundings,
): Promise<ServedCertificates> {
  const { client, logger, metrics } = surroundings;
  if (client === undefined)
    throw new UserError('--webhook-configuration needs a cluster; give --kubeconfig FILE');
  const { WebhookBundles } = await import('../kube/webhook-bundles.ts');
  const trust = new ClusterTrust(name, logger, metrics);
  const { source, wanted, close } = await openSource(origin, trust, surroundings);
  const holder = holdPair(source.current());
  const serve = (pair: ServingPair): void => {
    holder.replace(pair);
    trust.serve(pair);
  };
  trust.serve(source.current());
  const bundles = new WebhookBundles(client, {
    name,
    wanted,
    onChange: trust.look,
    onWritten(configuration, isRepair) {
      logger.info({ configuration, name, isRepair }, 'the CA bundle was written');
      if (isRepair) metrics.authority.bundleRepaired(configuration);
    },
    onError(configuration, error) {
      metrics.watchFailed(`${configuration}webhookconfigurations`);
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ configuration, name, error: reason }, 'the CA bundle cannot be followed; tried again');
    },
  });
  trust.follow(bundles);
  source.onChange((pair) => void exchange(pair));
  const timer = setInterval(trust.look, lookIntervalMs).unref();

  async function exchange(pair: ServingPair): Promise<void> {
    await trust.readyFor(pair);
    // Another one may have come while this one waited.
    if (pair === source.current()) serve(pair);
  }

  return {
    current: () => holder.current(),
    onChange: (listener) => holder.onChange(listener),
    notReady: () => trust.notReady(),
    async close() {
      clearInterval(timer);
      holder.close();
      await bundles.close();
      await close();
    },
  };
}
