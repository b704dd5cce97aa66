/** What the load generators share: they run inside a node until a file appears, and then write down what happened. */
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Calls `send` at a steady rate until `stopFile` exists, waits for what is in flight, and writes what `result` gives.
 * Steady: a slow answer does not hold up the next request, or a server that hangs would look like one with nothing to do.
 * @param rate per second
 */
export async function atRate(
  rate: number,
  files: { readonly stop: string; readonly result: string },
  send: (index: number) => Promise<void>,
  result: () => unknown,
): Promise<void> {
  const started = performance.now();
  const inFlight = new Set<Promise<void>>();
  let sent = 0;
  while (!existsSync(files.stop)) {
    const due = Math.floor(((performance.now() - started) * rate) / 1000);
    for (; sent < due; sent += 1) {
      const request = send(sent).finally(() => inFlight.delete(request));
      inFlight.add(request);
    }
    await delay(Math.min(POLL_MS, 1000 / rate));
  }
  await Promise.all(inFlight);
  await writeFile(`${files.result}.draft`, JSON.stringify(result()));
  await rename(`${files.result}.draft`, files.result);
}

/** Why a request failed, in the words that tell the causes apart. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? String(error);
}
