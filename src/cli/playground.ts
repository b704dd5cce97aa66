import { readFile } from 'node:fs/promises';
import type { Configuration } from '../config/configuration.ts';
import { buildPlayground } from '../playground/app.ts';
import type { Example } from '../playground/answer.ts';
import { checkExamples } from '../playground/examples.ts';
import { OpenConnections } from '../server/open-connections.ts';
import type { Streams } from './audit.ts';
import { UserError } from './errors.ts';
import { listen } from './listen.ts';
import { loadConfiguration } from './load-configuration.ts';
import { packageFile } from './package-file.ts';
import { packageInfo } from './package-info.ts';
import type { Running } from './signals.ts';

export interface PlaygroundOptions {
  readonly port: number;
  readonly config?: string | undefined;
  /** The one that a server beside it is running; else that of the file. */
  readonly configuration?: (() => Configuration) | undefined;
}

export interface RunningPlayground extends Running {
  readonly url: string;
}

/** The composition root of the playground: a page on the loopback, and nowhere else. */
export async function openPlayground(
  { port, config, configuration: running }: PlaygroundOptions,
  { stderr }: Pick<Streams, 'stderr'>,
): Promise<RunningPlayground> {
  const [configuration, script, examples] = await Promise.all([
    running ?? holdStill(config),
    readScript(),
    readExamples(),
  ]);
  const options = {
    ...{ configuration, script, examples },
    configurationFile: config,
    version: packageInfo().version,
    bug: (error: unknown) =>
      stderr.write(`gracegate: a bug: ${error instanceof Error ? error.stack : String(error)}\n`),
  };
  const apps = [buildPlayground(options), buildPlayground(options)] as const;
  const connections = apps.map(({ server }) => new OpenConnections(server));
  const close = async (): Promise<void> => {
    // Browsers open connections ahead of what they ask.
    for (const open of connections) open.endAllUnused();
    await Promise.all(apps.map((app) => app.close()));
  };
  try {
    const listening = await listen(apps[0], port, '127.0.0.1');
    // For who says `localhost`, which would else be whoever has the port there.
    await listenIfThere(apps[1], listening, '::1');
    return { url: `http://127.0.0.1:${listening}/`, drain: close, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function holdStill(file: string | undefined): Promise<() => Configuration> {
  const configuration = await loadConfiguration(file);
  return () => configuration;
}

/** Not every machine has IPv6, and the URL that is printed does not need it. */
async function listenIfThere(...[app, port, host]: Parameters<typeof listen>): Promise<void> {
  try {
    await listen(app, port, host);
  } catch (error) {
    if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function readScript(): Promise<string> {
  try {
    return await readFile(packageFile('dist/playground.js'), 'utf8');
  } catch (error) {
    throw new UserError('the script of the playground is not built yet; run: npm run build', {
      cause: error,
    });
  }
}

const files = [
  ['deployment-refused.yaml', 'a Deployment that baseline refuses'],
  ['deployment-accepted.yaml', 'a Deployment that baseline accepts'],
] as const;

async function readExamples(): Promise<Example[]> {
  const first = await Promise.all(files.map(([name, title]) => readExample(name, title)));
  return [...first.flat(), ...checkExamples];
}

/** Nothing where somebody has left it out of an installation: the page works without. */
async function readExample(name: string, title: string): Promise<Example[]> {
  try {
    const text = await readFile(packageFile(`examples/${name}`), 'utf8');
    return [{ group: 'To start with', title, text }];
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return [];
  }
}
