import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { AdmissionContext } from '../admission/context.ts';
import { reason } from '../manifests/read.ts';
import { buildApp } from '../server/app.ts';
import { Connections } from '../server/connections.ts';
import { buildHealthApp } from '../server/health.ts';
import { servingTls } from '../server/tls-options.ts';
import { createLogger, type Logger, type LogLevel } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createRecorder } from '../telemetry/recorder.ts';
import { watchCertificateFiles } from '../tls/files.ts';
import type { CertificateSource, ServingPair } from '../tls/source.ts';
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

/** The part of an application that listening needs; the two applications differ in the rest of their types. */
interface Listener {
  listen(options: { port: number; host: string }): Promise<string>;
  addresses(): (AddressInfo | string)[];
}

/** A server that runs. */
export interface RunningServer {
  readonly port: number;
  readonly healthPort: number;
  /** Unready at once, goes on answering for the lame-duck time, then ends. */
  drain(): Promise<void>;
  /** Ends now, but for what is in flight. */
  close(): Promise<void>;
}

/**
 * The composition root of the server: makes the parts, joins them, and listens. What was made is undone when a later part
 * cannot be.
 * @param given a cluster to use instead of the one that the options name
 */
export async function serve(options: ServeOptions, given?: Cluster): Promise<RunningServer> {
  const parts = new AsyncDisposableStack();
  try {
    return await start(options, given, parts);
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

async function start(
  options: ServeOptions,
  given: Cluster | undefined,
  parts: AsyncDisposableStack,
): Promise<RunningServer> {
  const { logger, flush } = createLogger(options.logLevel);
  parts.defer(flush);
  const metrics = createMetrics(packageInfo().version);
  let cluster: Cluster | undefined;
  const namespaces = () => cluster?.namespaces.all() ?? [];
  const configuration = await holdConfiguration(options.config, namespaces, logger, metrics);
  parts.defer(() => configuration.close());
  const certificates = await openCertificates(options, logger, metrics);
  parts.defer(() => certificates.close());
  cluster = given ?? (await openCluster(options, logger, metrics));
  parts.defer(cluster.close);
  const { isFilled } = cluster;
  const context: AdmissionContext = {
    configuration: () => configuration.current(),
    namespaces: cluster.namespaces,
    limitRanges: cluster.limitRanges,
    workloads: cluster.workloads,
    related: cluster.related,
    serverMinor: cluster.serverMinor,
    recorder: createRecorder(metrics, logger),
    ownNamespace: options.ownNamespace,
  };
  const clientCa = await readClientCa(options.clientCa);
  const tls = ({ certificatePem, keyPem }: ServingPair) =>
    servingTls({ cert: certificatePem, key: keyPem, clientCa });
  const connections = new Connections();
  const app = buildApp({
    context,
    connections,
    tls: tls(certificates.current()),
    events: {
      answered: metrics.answered,
      badRequest: metrics.badRequest,
      bug: (error) => logger.error({ err: error }, 'a bug: please report it'),
    },
  });
  certificates.onChange((pair) => {
    // Connections that are open keep what they were opened with; new ones get the new certificate.
    app.server.setSecureContext(tls(pair));
    metrics.reloaded('certificate', true);
    metrics.certificateExpires(pair.notAfter);
  });
  let isStopping = false;
  const health = buildHealthApp({
    notReady: () => (isStopping ? 'stopping' : isFilled() ? undefined : 'waiting for the caches to fill'),
    metrics: async () => ({
      body: await metrics.registry.metrics(),
      contentType: metrics.registry.contentType,
    }),
  });
  // Closed before the webhook itself would leave a probe without an answer while reviews still get theirs.
  parts.defer(() => health.close());
  parts.defer(() => app.close());
  const port = await listen(app, options.port, options.host);
  const healthPort = await listen(health, options.healthPort, options.host);
  logger.info({ port, healthPort }, 'listening');
  return {
    port,
    healthPort,
    async drain() {
      isStopping = true;
      logger.info({ seconds: options.lameDuckMs / 1000 }, 'stopping; still answering');
      await connections.drain(options.lameDuckMs);
      await parts.disposeAsync();
    },
    async close() {
      isStopping = true;
      await connections.drain(0);
      await parts.disposeAsync();
    },
  };
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
    intervalMs: 2000,
    onError: (error) => {
      metrics.reloaded('certificate', false);
      logger.error({ reason: error.message }, 'the new certificate is refused, the old one stays');
    },
    onWarning: (message) => logger.warn(message),
  });
  metrics.loaded('certificate');
  metrics.certificateExpires(certificates.current().notAfter);
  return certificates;
}

async function readClientCa(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the client CA ${file}: ${reason(error)}`, { cause: error });
  }
}

/** Listens and gives the port, which the system has chosen where 0 was asked. */
async function listen(app: Listener, port: number, host: string): Promise<number> {
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
  const [address] = app.addresses();
  return typeof address === 'object' ? address.port : port;
}
