import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { logLevels, type LogLevel } from '../telemetry/logger.ts';
import { auditCommand, reportFormats, type Streams } from './audit.ts';
import { exitCode, UserError, userMessage } from './errors.ts';
import { explainCheck, listChecks } from './explain.ts';
import { packageInfo } from './package-info.ts';

/** Runs the command line. Returns the exit code; a bug is rethrown. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  let code: number = exitCode.clean;
  const program = buildProgram(streams, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // commander has printed what is wrong and how to get help; help and version end this way as well, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.clean : exitCode.error;
    const message = userMessage(error);
    if (message === undefined) throw error;
    streams.stderr.write(`gracegate: ${message}\n`);
    return exitCode.error;
  }
}

function buildProgram(streams: Streams, finish: (code: number) => void): Command {
  const program = new Command('gracegate')
    .description('Makes Kubernetes workloads start, scale and stop without dropping a request.')
    .version(packageInfo().version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    })
    .showHelpAfterError('(--help shows what there is)');
  addServe(program, streams);
  addRegister(program, streams);
  addCerts(program, streams);
  addAudit(program, streams, finish);
  addExplain(program, streams);
  addConfig(program, streams);
  return program;
}

const port = (text: string): number => wholeNumber(text, 0, 65_535);
const seconds = (text: string): number => wholeNumber(text, 0, 3600);
const list = (text: string): string[] => text.split(',').map((item) => item.trim());

function kubernetesMinor(text: string): number {
  const minor = /^v?1\.(\d{1,3})(?:\.\d+)?$/.exec(text)?.[1];
  if (minor === undefined) throw new InvalidArgumentError('It must be a version such as 1.36.');
  return Number(minor);
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  return value;
}

interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly config?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly kubeconfig?: string;
  readonly namespaces?: string;
  readonly standalone?: boolean;
  readonly certsDir: string;
  readonly lameDuck: number;
  readonly logLevel?: LogLevel;
}

function addServe(program: Command, { stdout }: Streams): void {
  program
    .command('serve')
    .description('serve the webhook over HTTPS')
    .option('--host <ADDRESS>', 'address to listen on (default: all; with --standalone the loopback)')
    .option('--port <PORT>', 'port for reviews; 0 for any that is free', port, 8443)
    .option('--health-port <PORT>', 'plain HTTP port for /healthz, /readyz and /metrics', port, 8080)
    .option(
      '--config <FILE>',
      'GracegateConfiguration; followed while running (default: the built-in profiles)',
    )
    .option('--tls-cert <FILE>', 'serving certificate, PEM; followed while running')
    .option('--tls-key <FILE>', 'its private key, PEM')
    .option('--client-ca <FILE>', 'hear only clients that show a certificate of this CA')
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
        '--standalone',
        'an embedded default: no cluster, certificates issued on the spot',
      ).conflicts(['tlsCert', 'tlsKey']),
    )
    .option('--certs-dir <DIR>', 'where --standalone keeps its certificates', 'certs')
    .option('--lame-duck <SECONDS>', 'how long to go on answering after SIGTERM', seconds, 5)
    .addOption(
      new Option('--log-level <LEVEL>', 'how much to log (default: info; with --standalone warn)').choices(
        logLevels,
      ),
    )
    .action(async (flags: ServeFlags) => {
      const { untilStopped } = await import('./signals.ts');
      const { lameDuck, host, logLevel, ...rest } = flags;
      const common = { ...rest, lameDuckMs: lameDuck * 1000, ownNamespace: process.env['POD_NAMESPACE'] };
      if (flags.standalone === true) {
        const { serveStandalone } = await import('./standalone.ts');
        await untilStopped(
          await serveStandalone(
            { ...common, host: host ?? '127.0.0.1', logLevel: logLevel ?? 'warn' },
            stdout,
          ),
        );
        return;
      }
      const { tlsCert, tlsKey } = flags;
      if (tlsCert === undefined || tlsKey === undefined) {
        throw new UserError(
          'give --tls-cert FILE and --tls-key FILE ("gracegate certs" issues them), or --standalone',
        );
      }
      const { serve } = await import('./serve.ts');
      await untilStopped(
        await serve({ ...common, tlsCert, tlsKey, host: host ?? '::', logLevel: logLevel ?? 'info' }),
      );
    });
}

function addRegister(program: Command, { stdout }: Streams): void {
  program
    .command('register')
    .description('write the webhook configurations into a cluster')
    .addOption(
      new Option('--url <URL>', 'where the API server finds the webhook, outside of the cluster').conflicts(
        'service',
      ),
    )
    .option('--service <NAMESPACE/NAME>', 'the Service of the webhook; :PORT may follow')
    .requiredOption('--ca-file <FILE>', 'CA of the serving certificate, PEM')
    .option('--config <FILE>', 'GracegateConfiguration, whose defaults widen the selectors')
    .option('--kubeconfig <FILE>', 'the cluster (default: the one this runs in)')
    .option('--dry-run', 'print what would be written', false)
    .action(async (flags) => {
      const { registerCommand } = await import('./register.ts');
      await registerCommand(flags, stdout);
    });
}

interface CertsFlags {
  readonly dir: string;
  readonly host: string[];
}

function addCerts(program: Command, { stdout }: Streams): void {
  program
    .command('certs')
    .description('issue a CA and a serving certificate: ca.crt, tls.crt and tls.key')
    .requiredOption('--dir <DIR>', 'where to write them; existing ones are replaced')
    .option('--host <NAME,...>', 'DNS names and IP addresses of the webhook', list, [
      'localhost',
      '127.0.0.1',
      '::1',
    ])
    .action(async ({ dir, host }: CertsFlags) => {
      const { writeCertificates } = await import('../tls/write.ts');
      const { caFile, certFile, keyFile } = await writeCertificates({ dir, hosts: host });
      stdout.write(`wrote ${caFile}, ${certFile} and ${keyFile} for ${host.join(', ')}\n`);
    });
}

interface AuditFlags {
  readonly file?: string[];
  readonly cluster?: boolean;
  readonly kubeconfig?: string;
  readonly profile: string;
  readonly mutate?: string;
  readonly check?: string[];
  readonly config?: string;
  readonly namespace?: string;
  readonly kubernetesVersion?: number;
  readonly output: (typeof reportFormats)[number];
}

function addAudit(program: Command, streams: Streams, finish: (code: number) => void): void {
  program
    .command('audit')
    .description('say what a profile would refuse, in manifests or on a cluster, without refusing it')
    .option('-f, --file <FILE|DIR|->', 'manifests; may be given several times', collect)
    .addOption(new Option('--cluster', 'what is on a cluster, read as kubectl would').conflicts('file'))
    .addOption(new Option('--kubeconfig <FILE>', 'the cluster, with --cluster').implies({ cluster: true }))
    .option('--profile <NAME>', 'the profile to judge by', 'baseline')
    .option('--mutate <NAME>', 'judge as if every namespace had gracegate.dev/mutate=NAME')
    .option('--check <ID,...>', 'only these checks', list)
    .option('--config <FILE>', 'GracegateConfiguration with more profiles')
    .option(
      '-n, --namespace <NAME>',
      'with --cluster only this namespace; else the namespace of objects that do not say (default: default)',
    )
    .option(
      '--kubernetes-version <1.MINOR>',
      'the version to judge for (default: the newest known; with --cluster its own)',
      kubernetesMinor,
    )
    .addOption(new Option('-o, --output <FORMAT>', 'how to print').choices(reportFormats).default('table'))
    .addHelpText('after', '\nExit code: 0 clean, 1 violations found, 2 something could not be read.')
    .action(async ({ file, check, kubernetesVersion, ...flags }: AuditFlags) => {
      if (file === undefined && flags.cluster !== true)
        throw new UserError('say what to audit: -f FILE, or --cluster');
      finish(
        await auditCommand(
          {
            ...flags,
            sources: file ?? [],
            checks: check,
            kubernetesMinor: kubernetesVersion,
          },
          streams,
        ),
      );
    });
}

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function addExplain(program: Command, { stdout }: Streams): void {
  program
    .command('explain')
    .description('say what a check asks for, why, and how to fix what it reports')
    .argument('[check]', 'id of a check, as messages show it in brackets')
    .option('--list', 'list all checks')
    .action((id: string | undefined, { list: wantsList }: { list?: boolean }) => {
      if (id === undefined && wantsList !== true) throw new UserError('name a check, or give --list');
      stdout.write(id === undefined ? listChecks() : explainCheck(id));
    });
}

function addConfig(program: Command, { stdout }: Streams): void {
  program
    .command('config')
    .description('work with a configuration file')
    .command('validate')
    .description('say everything that is wrong in a GracegateConfiguration')
    .argument('<file>')
    .action(async (file: string) => {
      const { loadConfiguration } = await import('./load-configuration.ts');
      const { profiles } = await loadConfiguration(file);
      stdout.write(`${file} is valid; profiles: ${[...profiles.keys()].join(', ')}\n`);
    });
}
