/** Says on standard error what takes long: a line that is redrawn on a terminal, a start and an end line in a pipe. */

const REDRAW_MS = 1_000;
const CLEAR_LINE = '\r\u001B[K';

/** Where progress is written: `process.stderr`, or a test's recorder. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface Progress {
  /** What is being worked on just now; shown on a terminal only. */
  update(detail: string): void;
}

/** Prints one whole line. */
export function note(text: string, stream: ProgressStream = process.stderr): void {
  stream.write(`${text}\n`);
}

/** Runs `work` with its start, its course and its end made visible. */
export async function withProgress<Result>(
  title: string,
  work: (progress: Progress) => Promise<Result>,
  stream: ProgressStream = process.stderr,
): Promise<Result> {
  const started = Date.now();
  const elapsed = (): string => formatElapsed(Date.now() - started);
  const isTerminal = stream.isTTY === true;
  // Some terminals report no width, or none yet (0).
  const width = stream.columns || 80;
  let detail = '';
  const redraw = (): void => {
    stream.write(CLEAR_LINE + `${title}: ${elapsed()} ${detail}`.slice(0, width - 1));
  };
  note(`${title} ...`, stream);
  const timer = isTerminal ? setInterval(redraw, REDRAW_MS) : undefined;
  const end = (outcome: string): void => {
    clearInterval(timer);
    note(`${isTerminal ? CLEAR_LINE : ''}${title}: ${outcome} after ${elapsed()}`, stream);
  };
  try {
    const result = await work({ update: (text) => (detail = text) });
    end('done');
    return result;
  } catch (error) {
    end('failed');
    throw error;
  }
}

/** `3.2s` below a minute, `4m05s` above. */
export function formatElapsed(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  return seconds < 60
    ? `${seconds.toFixed(1)}s`
    : `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, '0')}s`;
}
