/** The real kubectl, kept away from the developer's own configuration and caches. */
import { join } from 'node:path';
import { run, type CommandResult } from './command.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

export interface KubectlOptions {
  /** Standard input, for `-f -`. */
  readonly input?: string;
  /** Another identity than the admin's. */
  readonly kubeconfig?: string;
  readonly timeoutMs?: number;
  /** Added to the environment, such as a `PATH` that has a plugin. */
  readonly env?: NodeJS.ProcessEnv;
}

export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<CommandResult>;

/** `home` gets kubectl's discovery cache, which must not be mixed up with that of another server on the same port. */
export function createKubectl(binary: string, home: string, adminKubeconfig: string): Kubectl {
  return (args, { input, kubeconfig = adminKubeconfig, timeoutMs = DEFAULT_TIMEOUT_MS, env } = {}) =>
    run(binary, args, {
      ...(input === undefined ? {} : { input }),
      timeoutMs,
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        KUBECONFIG: kubeconfig,
        KUBECACHEDIR: join(home, 'kubectl-cache'),
        KUBERC: 'off',
        ...env,
      },
    });
}
