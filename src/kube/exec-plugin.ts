import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { Socket } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node';

/** How long an exec plugin may run, in milliseconds. It may wait for a person in a browser. */
const pluginTimeoutMs = 60_000;

/** What ExecAuth of client-node has, and does not export. */
interface ExecAuth {
  execFn: unknown;
  getCredential(user: unknown): Promise<unknown>;
}

const guarded = new WeakSet<ExecAuth>();

/**
 * Makes the exec plugins of a kubeconfig harmless. client-node starts one for every call that comes before the first has
 * answered, waits for it for ever, and leaves an 'error' event without a listener, which ends the process, where there are
 * no file descriptors left. Here one runs at a time, is ended when it takes too long, and fails in words.
 */
export function guardExecPlugins(config: KubeConfig, timeoutMs = pluginTimeoutMs): void {
  const { authenticators } = config as unknown as { authenticators?: unknown };
  for (const auth of Array.isArray(authenticators) ? (authenticators as unknown[]) : []) {
    if (!isExecAuth(auth) || guarded.has(auth)) continue;
    guarded.add(auth);
    auth.execFn = (command: string, args: readonly string[] | undefined, options: SpawnOptions) =>
      run(command, args ?? [], options, timeoutMs);
    const getCredential = auth.getCredential.bind(auth);
    const running = new Map<unknown, Promise<unknown>>();
    auth.getCredential = (user) => {
      let credential = running.get(user);
      if (credential === undefined) {
        credential = getCredential(user)
          .then(withStatus)
          .finally(() => running.delete(user));
        running.set(user, credential);
      }
      return credential;
    };
  }
}

function isExecAuth(auth: unknown): auth is ExecAuth {
  return typeof auth === 'object' && auth !== null && 'execFn' in auth && 'getCredential' in auth;
}

/** client-node takes the status for granted. */
function withStatus(credential: unknown): unknown {
  if (credential === null) return credential;
  if (typeof credential === 'object' && 'status' in credential && credential.status) return credential;
  throw new Error('the exec plugin of the kubeconfig gave no ExecCredential with a status');
}

function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  timeoutMs: number,
): ChildProcess {
  const plugin = spawn(command, args, options);
  plugin.on('error', (error: NodeJS.ErrnoException) => {
    // client-node passes this same error on.
    if (error.code === 'ENOENT')
      error.message = `the exec plugin ${command} of the kubeconfig cannot be found`;
  });
  if (!(plugin.stdout instanceof Socket) || !(plugin.stderr instanceof Socket))
    throw new Error(`the exec plugin ${command} of the kubeconfig cannot be started`);
  const { stdout, stderr } = plugin;
  const timer = setTimeout(() => {
    // client-node fails with it once the plugin is gone.
    plugin.emit(
      'error',
      new Error(`the exec plugin ${command} of the kubeconfig runs for more than ${timeoutMs / 1000} s`),
    );
    plugin.kill('SIGKILL');
    // What the plugin has started may hold them open, and client-node waits until they are closed.
    stdout.destroy();
    stderr.destroy();
  }, timeoutMs);
  plugin.once('close', () => clearTimeout(timer));
  // Who waits for a plugin keeps the process alive; a plugin that nobody waits for any longer must not.
  for (const handle of [plugin, stdout, stderr, timer]) handle.unref();
  return plugin;
}
