import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** Says in one line of a terminal what is being done; in a pipe, a file and CI it says nothing. */
export interface Progress {
  /** Says it at once. */
  say(text: string): void;
  /** Says it now and then, and lets Ctrl-C be heard meanwhile: judging is work without a pause. Called for each object. */
  breathe(text: string): Promise<void>;
  /** Takes the line away. */
  stop(): void;
}

const silent: Progress = { say: () => undefined, breathe: () => Promise.resolve(), stop: () => undefined };

/** Long enough that it costs nothing, and short enough that nobody sees it. In milliseconds. */
const breathMs = 50;

/** On a terminal; else nothing is loaded for it. */
export async function openProgress(stream: Writable & { readonly isTTY?: boolean }): Promise<Progress> {
  if (stream.isTTY !== true || 'CI' in process.env || process.env['TERM'] === 'dumb') return silent;
  const { default: yoctoSpinner } = await import('yocto-spinner');
  const spinner = yoctoSpinner({ stream }).start();
  let last = performance.now();
  return {
    say(text) {
      spinner.text = text;
    },
    async breathe(text) {
      if (performance.now() - last < breathMs) return;
      spinner.text = text;
      await setImmediate();
      last = performance.now();
    },
    stop: () => void spinner.stop(),
  };
}
