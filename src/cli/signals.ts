import { constants } from 'node:os';

/**
 * For a command that ends by itself, and is worth nothing half done: as the first process of a container it gets no signal
 * that it does not listen for, and neither Ctrl-C nor the end of a Job would end it.
 */
export function endBySignal(): void {
  if (process.pid !== 1) return;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Something that runs until it is stopped. */
export interface Running {
  /** Ends once nobody can need it any more. */
  drain(): Promise<void>;
  /** Ends now, but for what is in flight. */
  close(): Promise<void>;
}

/**
 * Runs a server until a signal: SIGTERM, with which clusters stop pods, drains; SIGINT, a person at the keyboard, ends it
 * now. A second signal ends the process at once, and so does one that comes before there is a server: nothing is in
 * flight then. (As the first process of a container, Node would ignore it.)
 */
export async function untilStopped(start: () => Promise<Running>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let server: Running | undefined;
  let isStopping = false;
  const stop = (end: (running: Running) => Promise<void>) => () => {
    if (server === undefined) process.exit(0);
    if (isStopping) process.exit(1);
    isStopping = true;
    end(server).then(resolve, reject);
  };
  process.on(
    'SIGTERM',
    stop((running) => running.drain()),
  );
  process.on(
    'SIGINT',
    stop((running) => running.close()),
  );
  server = await start();
  await promise;
}
