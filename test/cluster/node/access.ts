/** Access to a node that another process started: what a test file needs, made of plain values. */
import { join } from 'node:path';
import { run, runOrThrow, type CommandResult } from '../command.ts';
import type { ManagedProcess } from '../process.ts';
import {
  restartComponent,
  signalComponent,
  startComponent,
  stopComponent,
  type ComponentSpec,
} from './component.ts';
import type { ComponentName } from './components.ts';
import { pathWithSystemPrograms } from './distribution.ts';
import { entering, type Space } from './space.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const IMPORT_TIMEOUT_MS = 120_000;

/** Plain values, so that they can be handed from the process that starts a node to those that use it. */
export interface NodeCoordinates extends Space {
  /** As `/version` says it: `v1.37.1`. */
  readonly version: string;
  readonly minor: number;
  /** Of the API server, as seen inside. */
  readonly url: string;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  /** Where each component logs, and the containers of each pod below `pods/`. */
  readonly logs: string;
  readonly auditLog: string | undefined;
  readonly kubectlBinary: string;
  readonly helmBinary: string;
}

export interface ExecOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Resolves whatever the exit code is; see {@link run}. */
export type Exec = (args: readonly string[], options?: ExecOptions) => Promise<CommandResult>;

export interface NodeAccess {
  readonly coordinates: NodeCoordinates;
  /** Runs a command of the machine inside the node: in its network, beside its kubelet. */
  exec(command: string, args: readonly string[], options?: ExecOptions): Promise<CommandResult>;
  readonly kubectl: Exec;
  /** kubectl that must succeed; resolves to what it printed. */
  kubectlOk(args: readonly string[], options?: ExecOptions): Promise<string>;
  readonly helm: Exec;
  /** Starts a long-running command inside, such as a load generator; it ends with the node at the latest. */
  start(spec: ComponentSpec): Promise<ManagedProcess>;
  /** Makes the images of an archive known to the node (`../images/`), where `imagePullPolicy: Never` finds them. */
  importImage(archive: string): Promise<void>;
  stopComponent(name: ComponentName, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  restartComponent(name: ComponentName, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  signalComponent(name: ComponentName, signal: NodeJS.Signals): Promise<void>;
}

export function accessToNode(coordinates: NodeCoordinates): NodeAccess {
  const { dir, kubeconfig } = coordinates;
  const home = {
    PATH: pathWithSystemPrograms(),
    HOME: dir,
    TMPDIR: dir,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(dir, 'kubectl-cache'),
    KUBERC: 'off',
    HELM_CACHE_HOME: join(dir, 'helm', 'cache'),
    HELM_CONFIG_HOME: join(dir, 'helm', 'config'),
    HELM_DATA_HOME: join(dir, 'helm', 'data'),
  };
  const prepared = (
    command: string,
    args: readonly string[],
    { input, timeoutMs = DEFAULT_TIMEOUT_MS, env }: ExecOptions,
  ): Parameters<typeof run> => {
    const entered = entering(coordinates, command, args);
    return [
      entered.command,
      entered.args,
      { ...(input === undefined ? {} : { input }), timeoutMs, env: { ...home, ...env } },
    ];
  };
  const exec: NodeAccess['exec'] = (command, args, options = {}) => run(...prepared(command, args, options));
  const kubectl: Exec = (args, options) => exec(coordinates.kubectlBinary, args, options);

  return {
    coordinates,
    exec,
    kubectl,
    kubectlOk: async (args, options) => {
      const { code, stdout, stderr } = await kubectl(args, options);
      if (code !== 0) {
        throw new Error(`kubectl ${args.join(' ')} exited with ${code}: ${stderr.trim()}`);
      }
      return stdout;
    },
    helm: (args, options) => exec(coordinates.helmBinary, args, options),
    start: (spec) => startComponent(coordinates, spec),
    importImage: async (archive) => {
      await runOrThrow(
        ...prepared('ctr', ['--namespace', 'k8s.io', 'images', 'import', archive], {
          timeoutMs: IMPORT_TIMEOUT_MS,
        }),
      );
    },
    stopComponent: (name, signal) => stopComponent(coordinates, name, signal),
    restartComponent: async (name, signal) => {
      await restartComponent(coordinates, name, signal);
    },
    signalComponent: (name, signal) => signalComponent(coordinates, name, signal),
  };
}
