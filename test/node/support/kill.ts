/** SIGKILL to the container of a pod, as the kernel would send it when memory runs out. */
import type { NodeAccess } from '../../cluster/node/access.ts';

/** Processes of the pod, by the control group that the kubelet made for it, whose command line has this text. */
const FIND = `
for group in $(grep -l "$1" /proc/[0-9]*/cgroup 2>/dev/null); do
  pid=\${group#/proc/}; pid=\${pid%/cgroup}
  if tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$2"; then echo "$pid"; fi
done`;

export async function killContainer(
  node: NodeAccess,
  namespace: string,
  pod: string,
  commandLine: string,
): Promise<void> {
  const uid = await node.kubectlOk([
    ...['--namespace', namespace, 'get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}'],
  ]);
  const { stdout } = await node.exec('sh', ['-c', FIND, 'find', `pod${uid}`, commandLine]);
  const pids = stdout.trim().split('\n');
  if (pids.length !== 1 || pids[0] === '')
    throw new Error(`${pids.length} processes of ${pod} have "${commandLine}": ${stdout}`);
  const { code, stderr } = await node.exec('kill', ['-9', ...pids]);
  if (code !== 0) throw new Error(`kill -9 ${pids[0]}: ${stderr}`);
}
