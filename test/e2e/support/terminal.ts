/** A terminal as a user has it: Gracegate is installed, beside kubectl and Helm, and kubectl has the cluster of the tests. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from '../../cluster/binaries.ts';
import { run, type CommandResult } from '../../cluster/command.ts';
import { selectRelease } from '../../cluster/versions.ts';
import { installation } from '../ci/installation.ts';
import { cluster } from './cluster.ts';

export interface Terminal {
  /** A folder of its own, which is gone in the end. */
  readonly dir: string;
  /** Runs a line in bash. A part of a pipe that fails does not hide: see `pipefail`. */
  type(line: string, options?: TypeOptions): Promise<CommandResult>;
  close(): Promise<void>;
}

export interface TypeOptions {
  /** The folder to be in; that of the terminal when undefined. */
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export async function openTerminal(): Promise<Terminal> {
  const dir = await mkdtemp(join(tmpdir(), 'gracegate-terminal-'));
  const { kubectl, helm } = await findBinaries(selectRelease(process.env['GRACEGATE_K8S']), [
    'kubectl',
    'helm',
  ]);
  // Where npm puts what is installed globally, and npx looks for it.
  const prefix = join(dir, 'installed');
  const { path } = await installation(join(prefix, 'bin'), { kubectl, helm });
  const home = join(dir, 'home');
  await mkdir(home);
  const env = {
    PATH: path,
    HOME: home,
    TMPDIR: tmpdir(),
    KUBECONFIG: cluster.kubeconfig,
    KUBERC: 'off',
    npm_config_prefix: prefix,
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  return {
    dir,
    type: (line, { cwd = dir, input = '', env: more } = {}) =>
      run('bash', ['--noprofile', '--norc', '-o', 'pipefail', '-c', line], {
        cwd,
        input,
        env: { ...env, ...more },
        timeoutMs: 60_000,
      }),
    close: () => rm(dir, { recursive: true, force: true }),
  };
}
