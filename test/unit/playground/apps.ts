/** The playground's application as tests build it. */
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { buildPlayground, type PlaygroundOptions } from '../../../src/playground/app.ts';

export interface TestedPlayground {
  readonly app: FastifyInstance;
  readonly bugs: unknown[];
}

/** Closed when the test ends. */
export function testedPlayground(over: Partial<PlaygroundOptions> = {}): TestedPlayground {
  const bugs: unknown[] = [];
  const app = buildPlayground({
    configuration: defaultConfiguration,
    script: 'export {};',
    examples: [{ group: 'a group', title: 'a title', text: 'kind: </script><script>alert(1)' }],
    version: '1.2.3',
    bug: (error) => void bugs.push(error),
    ...over,
  });
  onTestFinished(() => app.close());
  return { app, bugs };
}

/** As Chromium sends them from the page itself. */
export const ownPage = {
  host: '127.0.0.1:8090',
  origin: 'http://127.0.0.1:8090',
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
};
