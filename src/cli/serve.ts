import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { AdmissionContext } from '../admission/context.ts';
import { reason } from '../manifests/read.ts';
import { buildApp, type WebhookApp } from '../server/app.ts';
import { Connections } from '../server/connections.ts';
import { buildHealthApp } from '../server/health.ts';
import { closeServer, drainAndClose } from '../server/lifecycle.ts';
import { servingTls } from '../server/tls-options.ts';
import { createLogger, type Logger, type LogLevel } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createRecorder } from '../telemetry/recorder.ts';
import { watchCertificateFiles } from '../tls/files.ts';
import type { CertificateSource } from '../tls/source.ts';
import { clusterOfFile, clusterOfServer, type Cluster } from './cluster.ts';
import { holdConfiguration } from './configuration-holder.ts';
import { UserError } from './errors.ts';
import { packageInfo } from './package-info.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly config?: string | undefined;
  readonly tlsCert: string;
  readonly tlsKey: string;
  /** PEM file of a CA; with it only clients that show a certificate of it are heard. */
  readonly clientCa?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespaces?: string | undefined;
  /** The namespace that this runs in. */
  readonly ownNamespace?: string | undefined;
  /** Milliseconds to go on answering after SIGTERM. */
  readonly lameDuckMs: number;
  readonly logLevel: LogLevel;
}

/** A server that runs. */
export interface RunningServer {
  readonly port: number;
  readonly healthPort: number;
  readonly logger: Logger;
  /** Unready at once, goes on answering for the lame-duck time, then ends. */
  drain(): Promise<void>;
  /** Ends now, after what is in flight. */
  close(): Promise<void>;
}

/**
 * The composition root of the server: makes the parts, joins them, and listens.
 * @param given a cluster to use instead of the one that the options name
 */
export async function serve(options: ServeOptions, given?: Cluster): Promise<RunningServer> {
  const { logger, flush } = createLogger(options.logLevel);
  const metrics = createMetrics(packageInfo().version);
  const cluster = given ?? (await openCluster(options, logger, metrics));
  const configuration = await holdConfiguration(
    options.config,
    () => cluster.namespaces.all(),
    logger,
    metrics,
  );
  const certificates = await openCertificates(options, logger, metrics);
  const context: AdmissionContext = {
    configuration: () => configuration.current(),
    namespaces: cluster.namespaces,
    limitRanges: cluster.limitRanges,
    workloads: cluster.workloads,
    recorder: createRecorder(metrics, logger),
    ownNamespace: options.ownNamespace,
  };
  const connections = new Connections();
  const clientCa = await readClientCa(options.clientCa);
  const material = () => {
    const { certificatePem, keyPem } = certificates.current();
    return { ...servingTls({ cert: certificatePem, key: keyPem, clientCa }) };
  };
  const app = buildApp({
    context,
    connections,
    tls: material(),
    events: {
      answered: metrics.answered,
      badRequest: metrics.badRequest,
      bug: (error) => logger.error({ err: error }, 'a bug: please report it'),
    },
  });
  followCertificates(app, certificates, material, metrics);
  let isDraining = false;
  const health = buildHealthApp({
    notReady: () =>
      isDraining ? 'stopping' : cluster.isFilled() ? undefined : 'waiting for the caches to fill',
    metrics: async () => ({
      body: await metrics.registry.metrics(),
      contentType: metrics.registry.contentType,
    }),
  });
  const parts = [
    () => closeServer(health),
    () => Promise.resolve(configuration.close()),
    () => Promise.resolve(certificates.close()),
    () => cluster.close(),
  ];
  const closeParts = async (): Promise<void> => {
    await Promise.all(parts.map((close) => close()));
    flush();
  };
  try {
    await listen(app, options.port, options.host);
    await listen(health, options.healthPort, options.host);
  } catch (error) {
    await closeServer(app);
    await closeParts();
    throw error;
  }
  const running = {
    port: portOf(app),
    healthPort: portOf(health),
    logger,
    async drain() {
      isDraining = true;
      logger.info({ seconds: options.lameDuckMs / 1000 }, 'stopping; still answering');
      await drainAndClose(app, connections, options.lameDuckMs);
      await closeParts();
    },
    async close() {
      isDraining = true;
      connections.drain();
      await closeServer(app);
      await closeParts();
    },
  };
  logger.info({ port: running.port, healthPort: running.healthPort }, 'listening');
  return running;
}

async function openCluster(options: ServeOptions, logger: Logger, metrics: Metrics): Promise<Cluster> {
  if (options.namespaces !== undefined) return clusterOfFile(options.namespaces);
  const cluster = await clusterOfServer(options.kubeconfig, logger, metrics);
  if (cluster !== undefined) return cluster;
  throw new UserError(
    'there is no cluster to ask for namespaces: this is no pod of one; give --kubeconfig FILE, or --namespaces FILE to work without',
  );
}

async function openCertificates(
  options: ServeOptions,
  logger: Logger,
  metrics: Metrics,
): Promise<CertificateSource> {
  const certificates = await watchCertificateFiles({
    certFile: options.tlsCert,
    keyFile: options.tlsKey,
    onError: (error) => {
      metrics.reloaded('certificate', false);
      logger.error({ reason: error.message }, 'the new certificate is refused, the old one stays');
    },
    onWarning: (message) => logger.warn(message),
  });
  metrics.certificateExpires(certificates.current().notAfter);
  return certificates;
}

function followCertificates(
  app: WebhookApp,
  certificates: CertificateSource,
  material: () => ReturnType<typeof servingTls>,
  metrics: Metrics,
): void {
  certificates.onChange((pair) => {
    // Connections that are open keep what they were opened with; new ones get the new certificate.
    (app.server as unknown as { setSecureContext(options: object): void }).setSecureContext(material());
    metrics.reloaded('certificate', true);
    metrics.certificateExpires(pair.notAfter);
  });
}

async function readClientCa(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the client CA ${file}: ${reason(error)}`, { cause: error });
  }
}

async function listen(app: WebhookApp, port: number, host: string): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE')
      throw new UserError(`port ${port} on ${host} is taken; choose another`, { cause: error });
    if (code === 'EACCES')
      throw new UserError(`port ${port} needs more privileges; choose one above 1023`, { cause: error });
    throw error;
  }
}

function portOf(app: WebhookApp): number {
  return (app.server.address() as AddressInfo).port;
}
