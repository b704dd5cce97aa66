import { existsSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { logLevels, type LogLevel } from '../telemetry/logger.ts';
import { duration, list, objectName, port, seconds, type ObjectName } from './arguments.ts';
import type { Streams } from './audit.ts';
import type { CertificateOrigin } from './certificate-source.ts';
import { UserError } from './errors.ts';
import type { ServeOptions } from './serve.ts';

interface ServeFlags extends CertificateFlags, ClientFlags {
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly namespaces?: string;
  readonly auditSummary?: ObjectName;
  readonly standalone?: boolean;
  readonly certsDir: string;
  readonly playgroundPort: number;
  readonly connectionAge: number;
  readonly lameDuck: number;
  readonly logLevel?: LogLevel;
}

interface CertificateFlags {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly caFile?: string;
  readonly authoritySecret?: string;
  readonly service?: string;
  readonly certificateHost?: string[];
  readonly authorityLifetime: number;
  readonly certificateLifetime: number;
  readonly rotationOverlap: number;
  readonly webhookConfiguration?: string;
}

interface ClientFlags {
  readonly clientCa?: string;
  readonly clientName?: string[];
}

/** `gracegate serve`. */
export function addServe(program: Command, streams: Streams): void {
  const command = program.command('serve').description('serve the webhook over HTTPS');
  addListening(command);
  addCertificates(command);
  addCluster(command);
  command
    .addOption(
      new Option(
        '--standalone',
        'an embedded default: no cluster, certificates issued on the spot',
      ).conflicts(['tlsCert', 'tlsKey', 'authoritySecret', 'webhookConfiguration', 'clientCa']),
    )
    .option('--certs-dir <DIR>', 'where --standalone keeps its certificates', 'certs')
    .option(
      '--playground-port <PORT>',
      'port of the playground that comes with --standalone; 0 for any that is free',
      port,
      0,
    )
    .addOption(
      timeOption(
        '--connection-age <TIME>',
        'after which a connection ends with its next answer, so that replicas share the load',
        '5m',
      ),
    )
    .option('--lame-duck <SECONDS>', 'how long to go on answering after SIGTERM', seconds, 5)
    .addOption(
      new Option('--log-level <LEVEL>', 'how much to log (default: info; with --standalone warn)').choices(
        logLevels,
      ),
    )
    .action(async (flags: ServeFlags) => {
      const { untilStopped } = await import('./signals.ts');
      const { host, port: reviewPort, healthPort, config, kubeconfig, namespaces, logLevel } = flags;
      const { auditSummary } = flags;
      const ownNamespace = process.env['POD_NAMESPACE'];
      const common = {
        ...{ port: reviewPort, healthPort, config, kubeconfig, namespaces, ownNamespace },
        lameDuckMs: flags.lameDuck * 1000,
        connectionAgeMs: flags.connectionAge,
      };
      if (flags.standalone === true) {
        const { serveStandalone } = await import('./standalone.ts');
        const { certsDir, playgroundPort } = flags;
        const options = { ...common, certsDir, playgroundPort, host: host ?? '127.0.0.1' };
        await untilStopped(() => serveStandalone({ ...options, logLevel: logLevel ?? 'warn' }, streams));
        return;
      }
      const certificates = {
        origin: originOf(flags, ownNamespace),
        webhookConfiguration: flags.webhookConfiguration,
        serviceHost: serviceHost(flags, ownNamespace),
      };
      const { serve } = await import('./serve.ts');
      const clients = clientsOf(flags);
      await untilStopped(() =>
        serve({
          ...common,
          certificates,
          clients,
          auditSummary,
          host: host ?? everyAddress(),
          logLevel: logLevel ?? 'info',
        }),
      );
    });
}

function addListening(command: Command): void {
  command
    .option('--host <ADDRESS>', 'address to listen on (default: all; with --standalone the loopback)')
    .option('--port <PORT>', 'port for reviews; 0 for any that is free', port, 8443)
    .option('--health-port <PORT>', 'plain HTTP port for /healthz, /readyz and /metrics', port, 8080)
    .option(
      '--config <FILE>',
      'GracegateConfiguration; followed while running (default: the built-in profiles)',
    )
    .option('--client-ca <FILE>', 'hear only clients that show a certificate of this CA; followed')
    .option('--client-name <NAME,...>', 'and of these only those with one of these common names', list);
}

function addCertificates(command: Command): void {
  const ofFiles = ['authoritySecret'];
  command
    .addOption(
      new Option('--tls-cert <FILE>', 'serving certificate, PEM; followed while running').conflicts(ofFiles),
    )
    .addOption(new Option('--tls-key <FILE>', 'its private key, PEM').conflicts(ofFiles))
    .addOption(
      new Option(
        '--ca-file <FILE>',
        'its CA, PEM, to be kept in the webhook configurations; followed',
      ).conflicts(ofFiles),
    )
    .option(
      '--authority-secret <NAME>',
      'issue certificates in memory, of an authority kept in this Secret of the own namespace',
    )
    .option(
      '--service <NAME>',
      'the Service of the webhook in the own namespace: certificates must be, or are made, for its name',
    )
    .option('--certificate-host <NAME,...>', 'further names and addresses in such certificates', list)
    .addOption(timeOption('--authority-lifetime <TIME>', 'of such an authority', '365d'))
    .addOption(timeOption('--certificate-lifetime <TIME>', 'of such a certificate', '7d'))
    .addOption(
      timeOption(
        '--rotation-overlap <TIME>',
        'for how long two authorities are trusted before and after the second one signs',
        '10m',
      ),
    )
    .option(
      '--webhook-configuration <NAME>',
      'of both webhook configurations: keep their CA bundles where the CA is known, and be ready only when they trust what is served',
    );
}

/** Of both families where the kernel has both; one without IPv6 refuses to listen on `::`. */
function everyAddress(): string {
  return existsSync('/proc/net/if_inet6') || process.platform !== 'linux' ? '::' : '0.0.0.0';
}

/** Help shows the default as it would be written. */
function timeOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(byDefault), byDefault);
}

function addCluster(command: Command): void {
  command
    .addOption(
      new Option(
        '--kubeconfig <FILE>',
        'cluster to ask for namespaces and LimitRanges (default: the one this runs in)',
      ).conflicts(['namespaces', 'standalone']),
    )
    .addOption(
      new Option(
        '--namespaces <FILE>',
        'manifests of namespaces and LimitRanges, instead of a cluster',
      ).conflicts('standalone'),
    )
    .addOption(
      new Option(
        '--audit-summary <NAMESPACE/NAME>',
        'show as metrics what "audit --write-metrics" wrote into this ConfigMap; followed',
      )
        .argParser(objectName)
        .conflicts(['namespaces', 'standalone']),
    );
}

function originOf(flags: CertificateFlags, namespace: string | undefined): CertificateOrigin {
  const { tlsCert, tlsKey, caFile, authoritySecret } = flags;
  if (authoritySecret !== undefined) {
    if (namespace === undefined)
      throw new UserError('--authority-secret is in the own namespace; set POD_NAMESPACE to it');
    return {
      from: 'secret',
      namespace,
      name: authoritySecret,
      hosts: hostsOf(flags, namespace),
      lifetimes: lifetimesOf(flags),
    };
  }
  if (tlsCert !== undefined && tlsKey !== undefined)
    return { from: 'files', certFile: tlsCert, keyFile: tlsKey, caFile };
  throw new UserError(
    'give --tls-cert FILE and --tls-key FILE ("gracegate certs" issues them), or --authority-secret NAME, or --standalone',
  );
}

function serviceHost({ service }: CertificateFlags, namespace: string | undefined): string | undefined {
  if (service === undefined) return undefined;
  if (namespace === undefined)
    throw new UserError('--service is in the own namespace; set POD_NAMESPACE to it');
  return `${service}.${namespace}.svc`;
}

function hostsOf({ service, certificateHost = [] }: CertificateFlags, namespace: string): string[] {
  const names =
    service === undefined
      ? []
      : ['', '.svc', '.svc.cluster.local'].map((suffix) => `${service}.${namespace}${suffix}`);
  const hosts = [...names, ...certificateHost];
  if (hosts.length === 0)
    throw new UserError('--authority-secret needs names for its certificates; give --service NAME');
  return hosts;
}

function lifetimesOf({ authorityLifetime, certificateLifetime, rotationOverlap }: CertificateFlags) {
  if (certificateLifetime > authorityLifetime)
    throw new UserError('--certificate-lifetime must not be above --authority-lifetime');
  // Two overlaps and what the next authority waits for must fit into the last third, in which it is made.
  if (rotationOverlap * 6 > authorityLifetime)
    throw new UserError('--rotation-overlap must be at most a sixth of --authority-lifetime');
  return { authority: authorityLifetime, certificate: certificateLifetime, overlap: rotationOverlap };
}

function clientsOf({ clientCa, clientName }: ClientFlags): ServeOptions['clients'] {
  if (clientCa !== undefined) return { caFile: clientCa, names: clientName };
  if (clientName !== undefined) throw new UserError('--client-name needs --client-ca FILE');
  return undefined;
}
