#!/usr/bin/env -S node --max-semi-space-size=16
import { run } from './cli/program.ts';

/** What a shell sees of a program that SIGPIPE ended, as `gracegate audit | head` ends most of them. */
const brokenPipe = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(brokenPipe);
});

process.exitCode = await run(process.argv.slice(2), process, process.argv[1]);
