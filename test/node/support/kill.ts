/** Signals to the processes of containers. */
import type { NodeAccess } from '../../cluster/node/access.ts';

/** Processes of the pod, by the control group that the kubelet made for it, whose command line has this text. */
const FIND = `
for group in $(grep -l "$1" /proc/[0-9]*/cgroup 2>/dev/null); do
  pid=\${group#/proc/}; pid=\${pid%/cgroup}
  if tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$2"; then echo "$pid"; fi
done`;

/** SIGKILL to the container of a pod, as the kernel would send it when memory runs out; or another signal. */
export async function killContainer(
  node: NodeAccess,
  namespace: string,
  pod: string,
  commandLine: string,
  signal: 'KILL' | 'TERM' = 'KILL',
): Promise<void> {
  const pid = await processOf(node, namespace, pod, commandLine);
  const { code, stderr } = await node.exec('kill', [`-${signal}`, pid]);
  if (code !== 0) throw new Error(`kill -${signal} ${pid}: ${stderr}`);
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
