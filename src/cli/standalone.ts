import { request } from 'node:https';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { ensureCertificates } from '../tls/write.ts';
import type { Streams } from './audit.ts';
import { clusterOfText } from './cluster.ts';
import { userMessage } from './errors.ts';
import { packageFile } from './package-file.ts';
import { openPlayground, type RunningPlayground } from './playground.ts';
import { serve, type RunningServer, type ServeOptions } from './serve.ts';
import type { Running } from './signals.ts';

/** The namespace of the embedded default: everything is on, so that each webhook has something to say. */
const embeddedNamespaces = `
apiVersion: v1
kind: Namespace
metadata:
  name: demo
  labels:
    gracegate.dev/mutate: baseline
    gracegate.dev/enforce: baseline
`;

const hosts = ['localhost', '127.0.0.1', '::1'];

export type StandaloneOptions = Pick<
  ServeOptions,
  'host' | 'port' | 'healthPort' | 'config' | 'lameDuckMs' | 'logLevel'
> & {
  readonly certsDir: string;
  readonly playgroundPort: number;
};

/**
 * `gracegate serve --standalone`: the webhook on an embedded default, without a cluster, with certificates issued on the
 * spot, and the playground. Shows a first verdict and how to get the next.
 */
export async function serveStandalone(options: StandaloneOptions, streams: Streams): Promise<Running> {
  const { paths } = await ensureCertificates({ dir: options.certsDir, hosts });
  const server = await serve(
    {
      ...options,
      certificates: { origin: { from: 'files', certFile: paths.certFile, keyFile: paths.keyFile } },
    },
    clusterOfText(embeddedNamespaces),
  );
  const playground = await playgroundBeside(server, options, streams);
  const address = `https://127.0.0.1:${server.port}`;
  const refused = packageFile('examples/review-deployment-refused.json');
  const verdict = await firstVerdict(`${address}/validate/enforce`, paths.caFile, refused);
  const curl = (path: string, file: string) =>
    `  curl -s --cacert ${relative('', paths.caFile)} -H 'content-type: application/json' \\\n` +
    `    --data @${relative('', file)} ${address}${path}`;
  streams.stdout.write(
    [
      `Gracegate listens on ${address} (health and metrics: http://127.0.0.1:${server.healthPort}), trust ${relative('', paths.caFile)}`,
      '',
      'A first verdict, on a Deployment without CPU request and probes:',
      ...verdict.split('\n').map((line) => `  ${line}`),
      '',
      'Ask for it yourself:',
      curl('/validate/enforce', refused),
      '',
      'And see a pod patched; the patch is base64:',
      curl('/mutate', packageFile('examples/review-pod-patched.json')),
      '',
      `The same on a page, while you type: ${typeof playground === 'string' ? playground : playground.url}`,
      '',
      'On a real API server: npm run sandbox. On your own manifests: npx gracegate audit -f FILE. Ctrl-C ends this.',
      '',
    ].join('\n'),
  );
  if (typeof playground === 'string') return server;
  return {
    drain: async () => void (await Promise.all([server.drain(), playground.drain()])),
    close: async () => void (await Promise.all([server.close(), playground.close()])),
  };
}

/** Or why there is none: the webhook works without. */
async function playgroundBeside(
  { configuration }: RunningServer,
  { playgroundPort: port, config }: StandaloneOptions,
  streams: Streams,
): Promise<RunningPlayground | string> {
  try {
    return await openPlayground({ port, config, configuration }, streams);
  } catch (error) {
    const message = userMessage(error);
    if (message === undefined) throw error;
    return `not now, ${message}`;
  }
}

/** Asks over real HTTPS, trusting nothing but the CA that the user is told to trust. */
async function firstVerdict(url: string, caFile: string, reviewFile: string): Promise<string> {
  const [ca, review] = await Promise.all([readFile(caFile), readFile(reviewFile)]);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const call = request(url, {
    method: 'POST',
    ca,
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  call.on('error', reject);
  call.on('response', (response) => {
    text(response).then(resolve, reject);
  });
  call.end(review);
  const answer = JSON.parse(await promise) as { response?: { status?: { message?: string } } };
  return answer.response?.status?.message ?? 'allowed';
}
