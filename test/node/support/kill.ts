/** Processes of containers, and the signals that they get. */
import { constants } from 'node:os';
import type { NodeAccess } from '../../cluster/node/access.ts';

/** Processes of the pod, by the control group that the kubelet made for it, whose command line has this text. */
const FIND = `
for group in $(grep -l "$1" /proc/[0-9]*/cgroup 2>/dev/null); do
  pid=\${group#/proc/}; pid=\${pid%/cgroup}
  if tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$2"; then echo "$pid"; fi
done`;

/** SIGKILL to the container of a pod, as the kernel would send it when memory runs out. */
export async function killContainer(...[node, ...which]: Parameters<typeof processOf>): Promise<void> {
  const pid = await processOf(node, ...which);
  const { code, stderr } = await node.exec('kill', ['-9', pid]);
  if (code !== 0) throw new Error(`kill -9 ${pid}: ${stderr}`);
}

/** Whether a process listens for SIGTERM; the first one of a container is not ended by it otherwise. */
export async function hearsSigterm(...[node, ...which]: Parameters<typeof processOf>): Promise<boolean> {
  const pid = await processOf(node, ...which);
  const { stdout } = await node.exec('cat', [`/proc/${pid}/status`]);
  // A bit for each signal, from 1 on: proc_pid_status(5).
  const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(stdout)?.[1] ?? '0'}`);
  return ((caught >> BigInt(constants.signals.SIGTERM - 1)) & 1n) === 1n;
}

/** The one process of a pod whose command line has this text. */
async function processOf(
  node: NodeAccess,
  namespace: string,
  pod: string,
  commandLine: string,
): Promise<string> {
  const uid = await node.kubectlOk([
    ...['--namespace', namespace, 'get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}'],
  ]);
  const { stdout } = await node.exec('sh', ['-c', FIND, 'find', `pod${uid}`, commandLine]);
  const [pid = '', ...others] = stdout.trim().split('\n');
  if (pid === '' || others.length > 0)
    throw new Error(`not one process of ${pod} has "${commandLine}", but: ${stdout}`);
  return pid;
}
