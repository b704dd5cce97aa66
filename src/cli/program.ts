import { Command, CommanderError, Option } from 'commander';
import { kubernetesMinor, list } from './arguments.ts';
import { auditCommand, reportFormats, type Streams } from './audit.ts';
import { exitCode, UserError, userMessage } from './errors.ts';
import { explainCheck, listChecks } from './explain.ts';
import { packageInfo } from './package-info.ts';
import { addServe } from './serve-command.ts';

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
    .option(
      '--ca-file <FILE>',
      'CA of the serving certificate, PEM (default: left to "serve --webhook-configuration gracegate")',
    )
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
