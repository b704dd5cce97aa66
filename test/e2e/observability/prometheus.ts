/** A real Prometheus that scrapes what a test names, and answers queries. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { run as runCommand } from '../../cluster/command.ts';
import type { Run } from '../../cluster/run.ts';
import { eventually } from '../support/eventually.ts';

const install =
  'a real Prometheus is needed to test the queries, and is not in PATH; on Debian and Ubuntu it comes with: apt-get install prometheus';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Time, and the value as text. */
  readonly value: readonly [number, string];
}

export interface Prometheus {
  /** Evaluates an expression now. Rejects with what Prometheus says is wrong with it. */
  query(expression: string): Promise<readonly Sample[]>;
  /** The rules that it evaluates by itself, each with its health and its last error. */
  rules(): Promise<
    readonly { readonly name: string; readonly health: string; readonly lastError?: string }[]
  >;
  /** Waits until every target was scraped this many times more. */
  scraped(times: number): Promise<void>;
}

export interface PrometheusOptions {
  /** `host:port` of each replica. */
  readonly targets: readonly string[];
  /** Absolute path. */
  readonly rulesFile: string;
}

/** Starts Prometheus in a run. Its targets get the labels that the chart's ServiceMonitor would give them. */
export async function startPrometheus(
  run: Run,
  { targets, rulesFile }: PrometheusOptions,
): Promise<Prometheus> {
  await mustBeInstalled();
  const folder = join(run.directory.path, 'prometheus');
  await mkdir(folder);
  const configFile = join(folder, 'prometheus.json');
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rulesFile],
    scrape_configs: [
      {
        job_name: 'gracegate',
        static_configs: [{ targets, labels: { namespace: 'gracegate-system', pod: 'gracegate' } }],
      },
    ],
  };
  await writeFile(configFile, JSON.stringify(config));
  const url = `http://127.0.0.1:${await getPort()}`;
  const server = await run.start({
    name: 'prometheus',
    command: 'prometheus',
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--log.level=warn',
    ],
  });
  await server.waitUntil('readiness', async () => (await fetch(`${url}/-/ready`)).ok, 30_000);

  async function ask<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const body = (await answer.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  }

  const query = async (expression: string): Promise<readonly Sample[]> =>
    (await ask<{ result: readonly Sample[] }>('query', { query: expression })).result;

  return {
    query,
    async rules() {
      const { groups } = await ask<{
        groups: { rules: { name: string; health: string; lastError?: string }[] }[];
      }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
    async scraped(times) {
      const began = Date.now() / 1000;
      const count = `count_over_time(up[${60 + times}s]) and on (instance) (timestamp(up) >= ${began + times})`;
      await eventually(
        `${times} scrapes`,
        async () => (await query(count)).length === targets.length,
        30_000 + times * 1000,
      );
    },
  };
}

async function mustBeInstalled(): Promise<void> {
  try {
    await runCommand('prometheus', ['--version'], { timeoutMs: 30_000 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error(install, { cause: error });
    throw error;
  }
}
