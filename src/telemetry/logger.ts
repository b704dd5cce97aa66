import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

export type { Logger } from 'pino';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Lines are gathered for this long, in milliseconds, or until there are 4 KB of them: a write for each costs more. */
const flushMs = 200;

/** A logger that writes JSON lines to standard output. `flush` must be called before the process exits. */
export function createLogger(level: LogLevel): { logger: Logger; flush: () => void } {
  // Asynchronous: a refusal must not wait for a slow reader of the log.
  const out = destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: flushMs });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      messageKey: 'message',
      formatters: { level: (label) => ({ level: label }) },
    },
    out,
  );
  return {
    logger,
    flush() {
      try {
        out.flushSync();
      } catch {
        // Not open yet, so there is nothing to flush.
      }
    },
  };
}
