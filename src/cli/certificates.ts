import { holdPair } from '../tls/holder.ts';
import type { CertificateSource, ServingPair } from '../tls/source.ts';
import { openSource, type CertificateOrigin, type Surroundings } from './certificate-source.ts';
import { ClusterTrust } from './cluster-trust.ts';
import { UserError } from './errors.ts';

export interface CertificateOptions {
  readonly origin: CertificateOrigin;
  /** The name of both webhook configurations, whose CA bundles are followed; undefined to leave them alone. */
  readonly webhookConfiguration?: string | undefined;
  /** The name that the API server calls the webhook by, `SERVICE.NAMESPACE.svc`; undefined where nobody can say. */
  readonly serviceHost?: string | undefined;
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
  options: CertificateOptions,
  surroundings: Surroundings,
): Promise<ServedCertificates> {
  const { origin, webhookConfiguration } = options;
  if (webhookConfiguration !== undefined) return trusted(webhookConfiguration, options, surroundings);
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
  name: string,
  { origin, serviceHost }: CertificateOptions,
  surroundings: Surroundings,
): Promise<ServedCertificates> {
  const { client, logger, metrics } = surroundings;
  if (client === undefined)
    throw new UserError('--webhook-configuration needs a cluster; give --kubeconfig FILE');
  const { WebhookBundles } = await import('../kube/webhook-bundles.ts');
  const trust = new ClusterTrust(name, serviceHost, logger, metrics);
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
    onError(configuration, what, error) {
      if (what === 'watch') metrics.watchFailed(`${configuration}webhookconfigurations`);
      const facts = { configuration, name, error: textOf(error) };
      if (what === 'watch') logger.warn(facts, 'a watch broke and is started again');
      else logger.error(facts, 'the CA bundle cannot be kept; tried again');
    },
  });
  trust.follow(bundles);
  source.onChange((pair) => {
    exchange(pair).catch((error: unknown) =>
      logger.error({ error: textOf(error) }, 'the new certificate cannot be served'),
    );
  });
  const timer = setInterval(() => {
    trust.look();
    bundles.look();
  }, lookIntervalMs).unref();

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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
