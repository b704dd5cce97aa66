import { Writable } from 'node:stream';

import { pino } from 'pino';

import type { Logger } from '../../../src/telemetry/logger.ts';

export interface Log {
  readonly logger: Logger;
  /** The lines so far, as objects. */
  readonly lines: Record<string, unknown>[];
}

/** A logger that writes to memory. */
export function memoryLog(): Log {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const logger = pino({ base: null, timestamp: false, messageKey: 'message' }, stream);
  return { logger, lines };
}
