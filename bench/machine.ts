/** What the numbers were measured on, without which they mean nothing. */
import { cpus, loadavg, totalmem } from 'node:os';

export function machineFacts(): string {
  const all = cpus();
  const memory = (totalmem() / 1e9).toFixed(0);
  return [
    `${all.length} x ${all[0]?.model ?? 'unknown CPU'}, ${memory} GB`,
    `Node ${process.version}, ${process.platform} ${process.arch}`,
    `load average of the last minute before: ${(loadavg()[0] ?? 0).toFixed(2)}`,
  ].join('\n');
}
