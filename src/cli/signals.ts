import type { RunningServer } from './serve.ts';

/**
 * Ends a server on a signal: SIGTERM, with which clusters stop pods, drains; SIGINT, a person at the keyboard, ends it
 * now. A second signal ends the process at once.
 */
export async function untilStopped(server: RunningServer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let isStopping = false;
  const stop = (end: () => Promise<void>) => () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    end().then(resolve, reject);
  };
  process.on(
    'SIGTERM',
    stop(() => server.drain()),
  );
  process.on(
    'SIGINT',
    stop(() => server.close()),
  );
  await promise;
}
