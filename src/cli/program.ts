import { Command, CommanderError, Option } from 'commander';
import { list } from './arguments.ts';
import type { Streams } from './audit.ts';
import { addAudit } from './audit-command.ts';
import { addCompletion } from './completion-command.ts';
import { exitCode, UserError, userMessage } from './errors.ts';
import { addFix } from './fix-command.ts';
import { explainCheck, listChecks } from './explain.ts';
import { addManuals } from './help.ts';
import { invocation } from './invocation.ts';
import { packageInfo } from './package-info.ts';
import { visible } from '../policy/visible.ts';
import { addPlayground } from './playground-command.ts';
import { addServe } from './serve-command.ts';

/**
 * Runs the command line. Returns the exit code; a bug is rethrown.
 * @param path that the program was called by
 */
export async function run(args: readonly string[], streams: Streams, path?: string): Promise<number> {
  const { name, argv } = invocation(path, args);
  let code: number = exitCode.clean;
  const program = buildProgram(name, streams, (result) => {
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
    streams.stderr.write(`gracegate: ${visible(message)}\n`);
    return exitCode.error;
  }
}

export function buildProgram(name: string, streams: Streams, finish: (code: number) => void): Command {
  const program = new Command(name)
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
  addFix(program, streams, finish);
  addPlayground(program, streams);
  addExplain(program, streams);
  addConfig(program, streams);
  addCompletion(program, streams);
  addManuals(program);
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
    .option('--config <FILE>', 'GracegateConfiguration: its defaults, exempt namespaces and workloads')
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
