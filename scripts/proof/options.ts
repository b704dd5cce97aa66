/** The command line of `npm run proof`. */
import { parseArgs } from 'node:util';
import type { StopMode } from '../../test/node/support/application.ts';

export const USAGE = `usage: npm run proof -- [--mode graceful|exit] [--output FILE] [--picture FILE]
  --mode     what the application does on SIGTERM: finish what is in flight (graceful, the default), or end at once (exit)
  --output   the page (default: proof.html)
  --picture  a file for the picture alone, as SVG
`;

/** What the application does on SIGTERM, as the end of a sentence. */
export const STOPS: Readonly<Record<StopMode, string>> = {
  graceful: 'stops listening, finishes what is in flight, and ends',
  exit: 'ends at once',
};

export interface Options {
  readonly mode: StopMode;
  readonly output: string;
  readonly picture?: string;
}

/** Throws, with a sentence for people, when it is not understood; undefined when help is asked for. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mode: { type: 'string', default: 'graceful' },
      output: { type: 'string', default: 'proof.html' },
      picture: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { mode, output, picture, help } = values;
  if (help) return undefined;
  if (mode !== 'graceful' && mode !== 'exit') throw new Error(`--mode must be graceful or exit, not ${mode}`);
  return { mode, output, ...(picture !== undefined && { picture }) };
}
