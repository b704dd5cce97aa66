/** A release of the chart on the API server, and what Gracegate does to its objects, with the rights that it has there. */
import { createNamespace, request, uniqueName, type KubeObject } from '../support/cluster.ts';
import { chart, helm, mustHelm } from './helm.ts';

const registrationPath = '/apis/admissionregistration.k8s.io/v1';
const resources = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'];

/** Of PEM, as base64: `caBundle` is validated. */
export interface Written {
  readonly caBundle: string;
  /** The `data` of the Secret of the authority. */
  readonly data: Readonly<Record<string, string>>;
}

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string };
}

interface Configuration extends KubeObject {
  readonly webhooks: readonly Webhook[];
}

/** A release in a namespace of its own. Its cluster-wide objects have its name, which no other has. */
export class Release {
  readonly name = uniqueName('gate');
  readonly namespace: string;

  private constructor(namespace: string) {
    this.namespace = namespace;
  }

  static async install(values: object, flags: readonly string[] = []): Promise<Release> {
    const release = new Release(await createNamespace());
    await mustHelm(['install', ...release.#target(flags)], release.#values(values));
    return release;
  }

  async upgrade(values: object, flags: readonly string[] = []): Promise<void> {
    await mustHelm(['upgrade', ...this.#target(flags)], this.#values(values));
  }

  async helm(...args: readonly string[]): Promise<void> {
    const { code, stderr } = await helm([...args, '--namespace', this.namespace]);
    if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
  }

  /** As Gracegate does it: bundles by JSON patch, the Secret by PUT. */
  async writeAsGracegate({ caBundle, data }: Written): Promise<void> {
    for (const path of this.#configurationPaths()) {
      const { webhooks } = (await request<Configuration>('GET', path)).body;
      const operations = webhooks.map((_, index) => ({
        op: 'add',
        path: `/webhooks/${index}/clientConfig/caBundle`,
        value: caBundle,
      }));
      await this.#as('PATCH', path, operations, 'application/json-patch+json');
    }
    const secret = (await request<KubeObject>('GET', this.#secretPath)).body;
    await this.#as('PUT', this.#secretPath, { ...secret, data }, 'application/json');
  }

  /** As Gracegate does it when its namespace is being deleted. */
  async unregisterAsGracegate(): Promise<void> {
    for (const path of this.#configurationPaths()) await this.#as('DELETE', path);
  }

  /** As the CronJob of the audit does it. */
  async writeAsAudit(data: Readonly<Record<string, string>>): Promise<void> {
    const patch = 'application/merge-patch+json';
    await this.#as('PATCH', this.#summaryPath, { data }, patch, `${this.name}-audit`);
  }

  async summaryData(): Promise<unknown> {
    const { body } = await request<{ data?: unknown }>('GET', this.#summaryPath);
    return body.data;
  }

  async secretData(): Promise<unknown> {
    const { body } = await request<{ data?: unknown }>('GET', this.#secretPath);
    return body.data;
  }

  /** The bundle of each webhook of both configurations, by name. */
  async bundles(): Promise<Record<string, string | undefined>> {
    const configurations = await this.configurations();
    return Object.fromEntries(
      configurations.flatMap(({ webhooks }) =>
        webhooks.map(({ name, clientConfig }) => [name, clientConfig.caBundle] as const),
      ),
    );
  }

  /** Those that are there. */
  async configurations(): Promise<Configuration[]> {
    const answers = await Promise.all(
      this.#configurationPaths().map((path) => request<Configuration>('GET', path)),
    );
    return answers.filter(({ status }) => status === 200).map(({ body }) => body);
  }

  #configurationPaths(): string[] {
    return resources.map((resource) => `${registrationPath}/${resource}/${this.name}`);
  }

  get #secretPath(): string {
    return `/api/v1/namespaces/${this.namespace}/secrets/${this.name}-authority`;
  }

  get #summaryPath(): string {
    return `/api/v1/namespaces/${this.namespace}/configmaps/${this.name}-audit`;
  }

  /** With the rights of a ServiceAccount of the release, and no other. */
  async #as(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
    account = this.name,
  ): Promise<void> {
    const answer = await request(method, path, body, {
      'content-type': contentType,
      'impersonate-user': `system:serviceaccount:${this.namespace}:${account}`,
      'impersonate-group': 'system:authenticated',
    });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  }

  #target(flags: readonly string[]): string[] {
    return [this.name, chart, '--namespace', this.namespace, ...flags];
  }

  #values(values: object): object {
    return { fullnameOverride: this.name, ...values };
  }
}
