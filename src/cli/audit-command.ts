import { Option, type Command } from 'commander';
import { kubernetesMinor, list, objectName, type ObjectName } from './arguments.ts';
import { auditCommand, type FailOn, type Streams } from './audit.ts';
import { reportFormats, type ReportFormat } from './audit-formats.ts';
import { UserError } from './errors.ts';
import { endBySignal } from './signals.ts';

interface AuditFlags {
  readonly file?: string[];
  readonly cluster?: boolean;
  readonly kubeconfig?: string;
  readonly serverDryRun?: boolean;
  readonly profile: string;
  readonly mutate?: string;
  readonly check?: string[];
  readonly config?: string;
  readonly namespace?: string;
  readonly without?: string[];
  readonly kubernetesVersion?: number;
  readonly output: ReportFormat;
  readonly outputFile?: string;
  readonly failOn: FailOn;
  readonly sinceBaseline?: string;
  readonly writeBaseline?: string;
  readonly writePolicyReports?: boolean;
  readonly writeMetrics?: ObjectName;
}

/** Adds `gracegate audit`. */
export function addAudit(program: Command, streams: Streams, finish: (code: number) => void): void {
  program
    .command('audit')
    .description('say what a profile would refuse, in manifests or on a cluster, without refusing it')
    .argument('[file...]', 'manifests, as --file')
    .option('-f, --file <FILE|DIR|->', 'manifests; may be given several times', collect)
    .addOption(new Option('--cluster', 'what is on a cluster, read as kubectl would').conflicts('file'))
    .option('--kubeconfig <FILE>', 'the cluster to audit, or to ask with --server-dry-run')
    .option(
      '--server-dry-run',
      'ask the API server about a pod of each workload: quotas and the webhooks of others included',
    )
    .option('--profile <NAME>', 'the profile to judge by', 'baseline')
    .option('--mutate <NAME>', 'judge as if every namespace had gracegate.dev/mutate=NAME')
    .option('--check <ID,...>', 'only these checks', list)
    .option('--config <FILE>', 'GracegateConfiguration with more profiles')
    .option(
      '-n, --namespace <NAME>',
      'with --cluster only this namespace; else the namespace of objects that do not say (default: default)',
    )
    .option(
      '--without <RESOURCE,...>',
      'with --cluster: kinds not to read, as secrets; what rests on them is not judged',
      list,
    )
    .option(
      '--kubernetes-version <1.MINOR>',
      'the version to judge for (default: the newest known; with a cluster its own)',
      kubernetesMinor,
    )
    .addOption(new Option('-o, --output <FORMAT>', 'how to print').choices(reportFormats).default('table'))
    .option('--output-file <FILE>', 'where to print (default: standard output)')
    .addOption(
      new Option(
        '--fail-on <ACTION>',
        'what fails: every violation, only what would be denied, or no violation at all',
      )
        .choices(['deny', 'warn', 'none'])
        .default('warn'),
    )
    .option('--since-baseline <FILE>', 'report and fail only on what this file does not accept')
    .option('--write-baseline <FILE>', 'accept all that is found today, in this file, and do not fail')
    .option(
      '--write-policy-reports',
      'with --cluster: write PolicyReports there, in place of those of the last audit by this profile',
    )
    .option(
      '--write-metrics <NAMESPACE/NAME>',
      'with --cluster: write the numbers into this ConfigMap, for "serve --audit-summary"',
      objectName,
    )
    .action(async (files: string[], { file = [], check, kubernetesVersion, ...flags }: AuditFlags) => {
      endBySignal();
      const sources = [...file, ...files];
      // A kubeconfig alone says that a cluster is meant.
      const cluster = flags.cluster ?? (sources.length === 0 && flags.kubeconfig !== undefined);
      if (sources.length === 0 && !cluster) throw new UserError('say what to audit: -f FILE, or --cluster');
      if (sources.length > 0 && cluster)
        throw new UserError('--cluster audits what is on a cluster, and takes no files');
      if (sources.length > 0 && flags.kubeconfig !== undefined && flags.serverDryRun !== true)
        throw new UserError(
          '--kubeconfig says which cluster to ask: add --server-dry-run, or leave out the files',
        );
      if (flags.without !== undefined && !cluster)
        throw new UserError('--without is for --cluster: of files nothing else is read');
      finish(
        await auditCommand(
          {
            ...flags,
            cluster,
            sources,
            checks: check,
            kubernetesMinor: kubernetesVersion,
          },
          streams,
        ),
      );
    });
}

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
