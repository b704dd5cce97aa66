import type { Recorder, RefusalFacts } from '../admission/ports.ts';
import { clipped } from '../policy/visible.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** In UTF-16 code units: a refusal of 20 problems with all that can be said of each, and whatever names one thing. */
const longestReason = 65_536;
const longestName = 1024;

/** The recorder of a server: counts in metrics, and one log line for each refusal and failure. */
export function createRecorder(metrics: Metrics, logger: Logger): Recorder {
  return {
    ...metrics.recorder,
    refused: (facts) => logger.info(bounded(facts), 'refused'),
    failed: (what, error) =>
      logger.error(
        { err: error instanceof Error ? error : { message: String(error) } },
        clipped(what, longestName),
      ),
  };
}

/** Whoever reaches the port can write names of megabytes, and each would be a line of the log. */
function bounded(facts: RefusalFacts): RefusalFacts {
  return {
    ...facts,
    uid: clipped(facts.uid, longestName),
    user: clipped(facts.user, longestName),
    operation: clipped(facts.operation, longestName),
    object: clipped(facts.object, longestName),
    reason: clipped(facts.reason, longestReason),
  };
}
