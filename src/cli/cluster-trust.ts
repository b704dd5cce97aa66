import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationType, WebhookBundles } from '../kube/webhook-bundles.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { certificatesOf, covers, isTrusted } from '../tls/bundle.ts';
import type { ServingPair } from '../tls/source.ts';

const settleMs = 2000;

const types: readonly ConfigurationType[] = ['mutating', 'validating'];

/**
 * Whether the API server trusts what is served, by the CA bundles of the webhook configurations. Being ready rests on it
 * once: a bundle that is lost later would otherwise take every replica out of the Service, and nobody would be left when
 * it is back.
 */
export class ClusterTrust {
  readonly #name: string;
  readonly #host: string | undefined;
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #listeners = new Set<() => void>();
  #bundles: WebhookBundles | undefined;
  /** PEM. */
  #served = '';
  #wasTrusted = false;
  /** The bundles as they were looked at last, and when they changed. */
  #seen: string | undefined;
  #changedAt = -Infinity;
  #lastProblem: string | undefined;

  /**
   * @param name of both configurations
   * @param host the name that the API server calls the webhook by; undefined where nobody can say
   */
  constructor(name: string, host: string | undefined, logger: Logger, metrics: Metrics) {
    this.#name = name;
    this.#host = host;
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** Begins with the bundles; they tell of changes by {@link look}. */
  follow(bundles: WebhookBundles): void {
    this.#bundles = bundles;
    bundles.start();
  }

  /** What should be trusted has changed. */
  refresh(): void {
    this.#bundles?.refresh();
  }

  /** From now on this is what is served. */
  serve(pair: ServingPair): void {
    this.#served = pair.certificatePem;
    this.look();
  }

  /** Why this process is not ready, as far as trust goes. */
  notReady(): string | undefined {
    return this.#wasTrusted ? undefined : this.#problem(this.#served);
  }

  /** Whether every webhook trusts what is signed by, or is, a certificate in `pem`. */
  trusts(pem: string): boolean {
    return types.every((type) => this.#isTrustedBy(type, pem));
  }

  /** What is served, or what is trusted, has changed. */
  readonly look = (): void => {
    const seen = JSON.stringify(this.#bundles?.bundles());
    if (seen !== this.#seen) this.#changedAt = performance.now();
    this.#seen = seen;
    for (const type of types) this.#metrics.authority.bundleTrusted(type, this.#accepts(type, this.#served));
    const problem = this.#problem(this.#served);
    this.#wasTrusted ||= problem === undefined;
    if (problem !== this.#lastProblem && this.#wasTrusted) {
      if (problem === undefined) this.#logger.info('the API server trusts what is served');
      else this.#logger.error({ reason: problem }, 'reviews fail until the CA bundle is right');
    }
    this.#lastProblem = problem;
    for (const listener of this.#listeners) listener();
  };

  /**
   * Resolves when the API server trusts a pair; or does not trust the one that is served either, so that there is nothing
   * to lose. Waits a moment longer for trust that is new: our watch may show it before the last of several API servers
   * has it.
   */
  async readyFor({ certificatePem }: ServingPair): Promise<void> {
    const isAccepted = (pem: string): boolean => types.every((type) => this.#accepts(type, pem));
    const isLost = (): boolean => !isAccepted(this.#served);
    const isReady = (): boolean => isAccepted(certificatePem) || isLost();
    if (!isReady()) {
      const reason = this.#problem(certificatePem);
      this.#logger.warn({ reason }, 'a new certificate waits until the API server trusts it');
      const { promise, resolve } = Promise.withResolvers<void>();
      const listener = (): void => {
        if (isReady()) resolve();
      };
      this.#listeners.add(listener);
      await promise;
      this.#listeners.delete(listener);
    }
    const rest = settleMs - (performance.now() - this.#changedAt);
    if (!isLost() && rest > 0) await sleep(rest, undefined, { ref: false });
  }

  #accepts(type: ConfigurationType, servingPem: string): boolean {
    return this.#isTrustedBy(type, servingPem) && this.#isForHost(servingPem);
  }

  #isForHost(servingPem: string): boolean {
    return this.#host === undefined || covers(servingPem, this.#host);
  }

  #isTrustedBy(type: ConfigurationType, pem: string): boolean {
    const bundles = this.#bundles?.bundles()[type];
    return bundles?.every((bundle) => isTrusted(pem, bundle, new Date())) === true;
  }

  #problem(servingPem: string): string | undefined {
    const failing = types.find((type) => !this.#isTrustedBy(type, servingPem));
    if (failing === undefined) {
      if (this.#isForHost(servingPem)) return undefined;
      return `the certificate is not for ${this.#host}, the name that the API server calls`;
    }
    const isThere = this.#bundles?.bundles()[failing] !== undefined;
    return isThere
      ? `the CA bundle of the ${failing} webhook configuration ${this.#name} does not trust the certificate${timeProblem(servingPem)}`
      : `there is no ${failing} webhook configuration ${this.#name} yet`;
  }
}

/** Clocks that differ look like missing trust. */
function timeProblem(servingPem: string): string {
  const [certificate] = certificatesOf(servingPem);
  if (certificate === undefined) return '';
  const now = new Date();
  if (certificate.validFromDate > now)
    return `, which is not valid before ${certificate.validFromDate.toISOString()}; check the clocks`;
  if (certificate.validToDate < now) return `, which expired on ${certificate.validToDate.toISOString()}`;
  return '';
}
