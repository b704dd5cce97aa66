import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { mutatingConfiguration, validatingConfiguration, type Endpoint } from '../admission/registration.ts';
import { printManifests } from '../manifests/print.ts';
import { reason } from '../manifests/reason.ts';
import { UserError } from './errors.ts';
import { loadConfiguration } from './load-configuration.ts';

export interface RegisterOptions {
  readonly url?: string | undefined;
  /** NAMESPACE/NAME, or NAMESPACE/NAME:PORT. */
  readonly service?: string | undefined;
  /** Undefined where `gracegate serve --webhook-configuration gracegate` keeps the CA bundles. */
  readonly caFile?: string | undefined;
  readonly config?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly dryRun: boolean;
}

/** `gracegate register`: writes the webhook configurations, or prints them. */
export async function registerCommand(options: RegisterOptions, stdout: Writable): Promise<void> {
  const endpoint = endpointOf(options);
  const { defaults, exemptions, workloads } = await loadConfiguration(options.config);
  const registration = {
    endpoint,
    caBundle: options.caFile === undefined ? undefined : await readCa(options.caFile),
    defaults,
    exemptNamespaces: exemptions.namespaces,
    workloads,
    ownNamespace: 'service' in endpoint ? endpoint.service.namespace : undefined,
  };
  if (options.dryRun) {
    stdout.write(
      printManifests([mutatingConfiguration(registration), validatingConfiguration(registration)]),
    );
    return;
  }
  const [{ connectAsUser }, { register }] = await Promise.all([
    import('../kube/cluster.ts'),
    import('../kube/register.ts'),
  ]);
  const client = connectAsUser(options.kubeconfig);
  if (client === undefined) {
    throw new UserError(
      'there is no cluster to register with: give --kubeconfig FILE, or --dry-run to see what would be written',
    );
  }
  await register(client, registration);
  stdout.write(`registered the webhooks of Gracegate with ${client.server}\n`);
}

function endpointOf({ url, service }: RegisterOptions): Endpoint {
  if ((url === undefined) === (service === undefined))
    throw new UserError('give either --url URL or --service NAMESPACE/NAME');
  if (url !== undefined) {
    if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
      throw new UserError(`--url: ${url} is not an https URL`);
    return { url };
  }
  const match = /^([a-z0-9-]+)\/([a-z0-9-]+)(?::(\d{1,5}))?$/.exec(service ?? '');
  if (!match)
    throw new UserError(`--service: ${service} is not of the form NAMESPACE/NAME or NAMESPACE/NAME:PORT`);
  const [, namespace = '', name = '', port] = match;
  return { service: { namespace, name, ...(port !== undefined && { port: Number(port) }) } };
}

async function readCa(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`--ca-file: cannot read ${file}: ${reason(error)}`, { cause: error });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new UserError(`--ca-file: ${file} holds no PEM certificate`);
  return text;
}
