import type { Recorder } from '../admission/ports.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** The recorder of a server: counts in metrics, and one log line for each refusal and failure. */
export function createRecorder(metrics: Metrics, logger: Logger): Recorder {
  return {
    ...metrics.recorder,
    refused: (facts) => logger.info(facts, 'refused'),
    failed: (what, error) =>
      logger.error({ err: error instanceof Error ? error : { message: String(error) } }, what),
  };
}
