import type { AdmissionContext } from '../admission/context.ts';
import type { Configuration } from '../config/configuration.ts';
import type { KubeClient } from '../kube/client.ts';
import { buildApp } from '../server/app.ts';
import { Connections } from '../server/connections.ts';
import { errorCatalogue } from '../server/errors.ts';
import { buildHealthApp } from '../server/health.ts';
import { servingTls } from '../server/tls-options.ts';
import { createLogger, type Logger, type LogLevel } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createRecorder } from '../telemetry/recorder.ts';
import type { ServingPair } from '../tls/source.ts';
import type { ObjectName } from './arguments.ts';
import { followSummary } from './audit-summary.ts';
import { openCertificates, type CertificateOptions } from './certificates.ts';
import { holdClientCa } from './client-ca.ts';
import { clientOfServer, clusterOfFile, clusterOfServer, type Cluster } from './cluster.ts';
import { holdConfiguration } from './configuration-holder.ts';
import { UserError } from './errors.ts';
import { endWithNamespace } from './namespace-end.ts';
import { listen } from './listen.ts';
import { packageInfo } from './package-info.ts';
import type { Running } from './signals.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly config?: string | undefined;
  readonly certificates: CertificateOptions;
  /** Who is heard; undefined for everybody. */
  readonly clients?: ClientOptions | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespaces?: string | undefined;
  /** The namespace that this runs in. */
  readonly ownNamespace?: string | undefined;
  /** The ConfigMap with the numbers of the last audit, to be shown as metrics. */
  readonly auditSummary?: ObjectName | undefined;
  /** Milliseconds after which a connection ends with its next answer; see limits.ts for what it is otherwise. */
  readonly connectionAgeMs?: number | undefined;
  /** Milliseconds to go on answering after SIGTERM. */
  readonly lameDuckMs: number;
  readonly logLevel: LogLevel;
}

/** Clients that show a certificate. */
export interface ClientOptions {
  /** PEM file of the CA that it must be of; followed while running. */
  readonly caFile: string;
  /** Common names, of which it must have one; undefined for any. */
  readonly names?: readonly string[] | undefined;
}

/** A server that runs. */
export interface RunningServer extends Running {
  readonly port: number;
  readonly healthPort: number;
  /** The one that is running, which follows its file. */
  readonly configuration: () => Configuration;
  /** Unready at once, goes on answering for the lame-duck time, then ends. */
  drain(): Promise<void>;
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
  metrics.expect({ codes: Object.keys(errorCatalogue), watched: watchedResources(options) });
  let cluster: Cluster | undefined;
  const namespaces = () => cluster?.namespaces.all() ?? [];
  const configuration = await holdConfiguration(options.config, namespaces, logger, metrics);
  parts.defer(() => configuration.close());
  const client = given === undefined ? await openClient(options) : undefined;
  const certificates = await openCertificates(options.certificates, { client, logger, metrics });
  parts.defer(() => certificates.close());
  metrics.loaded('certificate');
  cluster = given ?? (await openCluster(options, client, logger, metrics));
  parts.defer(cluster.close);
  endWithNamespace(options, client, cluster, logger);
  const summary = await openSummary(options, client, logger, metrics);
  parts.defer(() => summary?.close());
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
  const clients = await holdClientCa(options.clients, logger, metrics);
  parts.defer(() => clients.close());
  const tls = ({ certificatePem, keyPem }: ServingPair) =>
    servingTls({ cert: certificatePem, key: keyPem, clientCa: clients.caPem() });
  const connections = new Connections(options.connectionAgeMs);
  const app = buildApp({
    context,
    connections,
    tls: tls(certificates.current()),
    clientNames: options.clients?.names,
    events: {
      answered: metrics.answered,
      badRequest: metrics.badRequest,
      bug: (error) => logger.error({ err: error }, 'a bug: please report it'),
    },
  });
  // Connections that are open keep what they were opened with; new ones get the new certificate.
  const refreshTls = (): void => app.server.setSecureContext(tls(certificates.current()));
  clients.onChange(refreshTls);
  certificates.onChange(() => {
    refreshTls();
    metrics.reloaded('certificate', true);
  });
  let isStopping = false;
  let lastReason: string | undefined = '';
  const notReady = (): string | undefined => {
    const reason = isStopping
      ? 'stopping'
      : isFilled()
        ? certificates.notReady()
        : 'waiting for the caches to fill';
    // A kubelet shows the status of a probe and not its text, so the log has to say it.
    if (reason !== lastReason) logger.info({ reason }, reason === undefined ? 'ready' : 'not ready');
    lastReason = reason;
    return reason;
  };
  const health = buildHealthApp({
    notReady,
    async metrics() {
      metrics.ready(notReady() === undefined);
      metrics.certificateExpires(certificates.current().notAfter);
      return { body: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
    },
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
    configuration: () => configuration.current(),
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

/** Manifests of namespaces need no API server. */
async function openClient({ namespaces, kubeconfig }: ServeOptions): Promise<KubeClient | undefined> {
  if (namespaces !== undefined) return undefined;
  const client = await clientOfServer(kubeconfig);
  if (client !== undefined) return client;
  throw new UserError(
    'there is no cluster to ask for namespaces: this is no pod of one; give --kubeconfig FILE, or --namespaces FILE to work without',
  );
}

async function openCluster(
  { namespaces = '' }: ServeOptions,
  client: KubeClient | undefined,
  logger: Logger,
  metrics: Metrics,
): Promise<Cluster> {
  return client === undefined ? clusterOfFile(namespaces) : clusterOfServer(client, logger, metrics);
}

async function openSummary(
  { auditSummary }: ServeOptions,
  client: KubeClient | undefined,
  logger: Logger,
  metrics: Metrics,
): Promise<{ close: () => Promise<void> } | undefined> {
  if (auditSummary === undefined) return undefined;
  if (client === undefined) throw new UserError('--audit-summary needs a cluster; give --kubeconfig FILE');
  return followSummary(client, auditSummary, logger, metrics);
}

function watchedResources({ auditSummary, certificates }: ServeOptions): string[] {
  const { origin, webhookConfiguration } = certificates;
  return [
    ...['namespaces', 'limitranges'],
    ...(origin.from === 'secret' ? ['secrets'] : []),
    ...(auditSummary === undefined ? [] : ['configmaps']),
    ...(webhookConfiguration === undefined
      ? []
      : ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']),
  ];
}
