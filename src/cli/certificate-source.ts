import { readFile } from 'node:fs/promises';
import type { KubeClient } from '../kube/client.ts';
import { reason } from '../manifests/reason.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Lifetimes } from '../tls/authority.ts';
import { certificatesOf, widenBundle } from '../tls/bundle.ts';
import { watchCertificateFiles } from '../tls/files.ts';
import { SelfManagedCertificates } from '../tls/self-managed.ts';
import type { CertificateSource } from '../tls/source.ts';
import { UserError } from './errors.ts';
import { onFileChange } from './watch-file.ts';

/** Where certificates come from: mounted files, or an authority of our own in a Secret. */
export type CertificateOrigin = FileOrigin | SecretOrigin;

export interface FileOrigin {
  readonly from: 'files';
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM file of what the API server should trust; undefined where others write the CA bundles. */
  readonly caFile?: string | undefined;
}

export interface SecretOrigin {
  readonly from: 'secret';
  readonly namespace: string;
  readonly name: string;
  /** Names that the API server calls the webhook by. */
  readonly hosts: readonly string[];
  readonly lifetimes: Lifetimes;
}

/** What a source needs to know of the API server's trust, and tells about its own. */
export interface TrustPort {
  /** Whether every webhook trusts a certificate. */
  trusts(pem: string): boolean;
  /** What should be trusted has changed. */
  refresh(): void;
}

export interface Surroundings {
  /** Undefined without a cluster. */
  readonly client: KubeClient | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface OpenedSource {
  readonly source: CertificateSource;
  /** The CA bundle that a webhook should have, given the one it has; undefined where others write it. */
  readonly wanted: ((before: string) => Promise<string | undefined>) | undefined;
  readonly close: () => Promise<void>;
}

/** Files are small, and a mounted Secret changes without notice. */
const fileIntervalMs = 2000;

export function openSource(
  origin: CertificateOrigin,
  trust: TrustPort,
  surroundings: Surroundings,
): Promise<OpenedSource> {
  return origin.from === 'files'
    ? openFiles(origin, trust, surroundings)
    : openSecret(origin, trust, surroundings);
}

async function openFiles(
  { certFile, keyFile, caFile }: FileOrigin,
  trust: TrustPort,
  { logger, metrics }: Surroundings,
): Promise<OpenedSource> {
  // Before anything is opened: what cannot be read is the user's to mend.
  if (caFile !== undefined) await readAuthorities(caFile);
  const source = await watchCertificateFiles({
    certFile,
    keyFile,
    intervalMs: fileIntervalMs,
    onError: (error) => {
      metrics.reloaded('certificate', false);
      logger.error({ reason: error.message }, 'the new certificate is refused, the old one stays');
    },
    onRecovered: () => metrics.loaded('certificate'),
    onWarning: (message) => logger.warn(message),
  });
  if (caFile === undefined) {
    return {
      source,
      wanted: undefined,
      close: () => {
        source.close();
        return Promise.resolve();
      },
    };
  }
  const stop = onFileChange(caFile, () => trust.refresh());
  return {
    source,
    wanted: async (before) => widenBundle(await readAuthorities(caFile), before, new Date()),
    close: () => {
      stop();
      source.close();
      return Promise.resolve();
    },
  };
}

/** @throws UserError when the file cannot be read or holds no certificate */
async function readAuthorities(file: string): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the CA ${file}: ${reason(error)}`, { cause: error });
  }
  if (certificatesOf(pem).length === 0)
    throw new UserError(
      `${file} holds no certificate; it should be the CA in PEM that signs the certificate`,
    );
  return pem;
}

async function openSecret(
  { namespace, name, hosts, lifetimes }: SecretOrigin,
  trust: TrustPort,
  { client, logger, metrics }: Surroundings,
): Promise<OpenedSource> {
  if (client === undefined) throw new UserError('--authority-secret needs a cluster; give --kubeconfig FILE');
  const secret = `${namespace}/${name}`;
  const { AuthoritySecret } = await import('../kube/authority-secret.ts');
  const store = new AuthoritySecret(client, {
    namespace,
    name,
    onError(error) {
      metrics.watchFailed('secrets');
      logger.warn({ secret, error: text(error) }, 'a watch broke and is started again');
    },
    onUnusable: (problem) =>
      logger.error({ secret, problem }, 'the authority cannot be used; it is replaced'),
  });
  const source = await SelfManagedCertificates.open({
    store,
    hosts,
    lifetimes,
    isAuthorityTrusted: (pem) => trust.trusts(pem),
    events: {
      wrote: metrics.authority.wrote,
      issued: metrics.authority.issued,
      authorityExpires: metrics.authority.expires,
      failed: (error) =>
        logger.error({ secret, error: text(error) }, 'the authority cannot be kept; tried again'),
      stepped: (step) => logger.info({ secret, step }, 'the authority was written'),
      bundleChanged: () => trust.refresh(),
    },
  });
  return {
    source,
    wanted: () => source.bundle(),
    close: async () => {
      source.close();
      await store.close();
    },
  };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
