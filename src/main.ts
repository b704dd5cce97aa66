#!/usr/bin/env -S node --max-semi-space-size=16
import { run } from './cli/program.ts';

process.exitCode = await run(process.argv.slice(2), process, process.argv[1]);
