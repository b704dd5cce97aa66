import { asArray, asObject, asString, type JsonObject } from '../policy/json.ts';
import { ApiError, type KubeClient } from './client.ts';
import { collectionPath } from './collections.ts';
import { Watched } from './watched.ts';

export type ConfigurationType = 'mutating' | 'validating';

const group = { group: 'admissionregistration.k8s.io', version: 'v1' };
const kinds = {
  mutating: {
    ...group,
    kind: 'MutatingWebhookConfiguration',
    resource: 'mutatingwebhookconfigurations',
  },
  validating: {
    ...group,
    kind: 'ValidatingWebhookConfiguration',
    resource: 'validatingwebhookconfigurations',
  },
};

export interface WebhookBundlesOptions {
  /** The name of both configurations. */
  readonly name: string;
  /**
   * The bundle that a webhook should have, given the one that it has, as PEM. It is asked right before each write, so that
   * two replicas do not undo each other's work. Undefined: bundles are looked at and never written.
   */
  readonly wanted: ((before: string) => Promise<string | undefined>) | undefined;
  /** Called after each change that is seen. */
  readonly onChange: () => void;
  /** A bundle was not, or no longer, as wanted, and was put right. */
  readonly onWritten: (type: ConfigurationType, isRepair: boolean) => void;
  /** A watch broke, and goes on by itself; or a bundle could not be written, and is tried again. */
  readonly onError: (type: ConfigurationType, what: 'watch' | 'write', error: unknown) => void;
}

const firstRetryMs = 1000;
const maxRetryMs = 30_000;

/**
 * The CA bundles of both webhook configurations: watched, and kept as they should be. Helm, Argo CD and people reset them;
 * until a bundle is back no review gets through, so each change is answered at once.
 */
export class WebhookBundles {
  readonly #all: readonly WebhookBundle[];

  constructor(client: KubeClient, options: WebhookBundlesOptions) {
    this.#all = [
      new WebhookBundle(client, 'mutating', options),
      new WebhookBundle(client, 'validating', options),
    ];
  }

  start(): void {
    for (const bundle of this.#all) bundle.start();
  }

  /** What is wanted has changed. */
  refresh(): void {
    for (const bundle of this.#all) bundle.refresh();
  }

  /** Looks whether all is as wanted, in case that something was missed. */
  look(): void {
    for (const bundle of this.#all) bundle.reconcile();
  }

  /** The bundles of each configuration's webhooks; undefined for one that is not there, or not read yet. */
  bundles(): Readonly<Record<ConfigurationType, readonly string[] | undefined>> {
    const [mutating, validating] = this.#all;
    return { mutating: mutating?.pems, validating: validating?.pems };
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((bundle) => bundle.close()));
  }
}

class WebhookBundle {
  readonly #client: KubeClient;
  readonly #type: ConfigurationType;
  readonly #options: WebhookBundlesOptions;
  readonly #path: string;
  readonly #watched: Watched;
  #object: JsonObject | undefined;
  /** The names of the webhooks when all bundles were right; undefined when they were not yet. */
  #rightNames: string | undefined;
  #isBusy = false;
  #isAgain = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = firstRetryMs;

  constructor(client: KubeClient, type: ConfigurationType, options: WebhookBundlesOptions) {
    this.#client = client;
    this.#type = type;
    this.#options = options;
    const kind = kinds[type];
    this.#path = collectionPath(kind, undefined, options.name);
    this.#watched = new Watched(
      client,
      {
        path: collectionPath(kind, undefined),
        kind: { apiVersion: 'admissionregistration.k8s.io/v1', kind: kind.kind },
        name: options.name,
        onError: (error) => options.onError(type, 'watch', error),
      },
      { set: (object) => this.#set(object), delete: () => this.#set(undefined) },
    );
  }

  get pems(): readonly string[] | undefined {
    return this.#object === undefined ? undefined : bundlesOf(this.#object);
  }

  start(): void {
    this.#watched.start();
  }

  refresh(): void {
    // What differs now is our doing, not a repair.
    this.#rightNames = undefined;
    this.reconcile();
  }

  /** Puts right what differs. One at a time; what comes meanwhile is looked at right after. */
  reconcile(): void {
    this.#isAgain = true;
    if (!this.#isBusy) void this.#run();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    return this.#watched.stop();
  }

  #set(object: JsonObject | undefined): void {
    this.#object = object;
    this.#options.onChange();
    this.reconcile();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    clearTimeout(this.#timer);
    try {
      while (this.#isAgain && !this.#isClosed) {
        this.#isAgain = false;
        await this.#write();
      }
      this.#retryMs = firstRetryMs;
    } catch (error) {
      if (!this.#isClosed) {
        this.#options.onError(this.#type, 'write', error);
        this.#timer = setTimeout(() => this.reconcile(), this.#retryMs).unref();
        this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #write(): Promise<void> {
    const object = this.#object;
    const { wanted } = this.#options;
    if (object === undefined || wanted === undefined) return;
    const patch: JsonObject[] = [];
    // Mostly all webhooks have the same bundle, and what is wanted is read from a Secret.
    const answers = new Map<string, string | undefined>();
    for (const [index, before] of bundlesOf(object).entries()) {
      if (!answers.has(before)) answers.set(before, await wanted(before));
      const after = answers.get(before);
      if (after === undefined) return;
      if (after !== before)
        patch.push({
          op: 'add',
          path: `/webhooks/${index}/clientConfig/caBundle`,
          value: Buffer.from(after).toString('base64'),
        });
    }
    // A webhook that is new never had a bundle.
    const isRepair = this.#rightNames === namesOf(object);
    if (patch.length > 0 && (await this.#patch(object, patch))) this.#options.onWritten(this.#type, isRepair);
    if (patch.length === 0) this.#rightNames = namesOf(object);
  }

  /** Resolves to false when the configuration has changed since; it is looked at again then. */
  async #patch(object: JsonObject, patch: readonly JsonObject[]): Promise<boolean> {
    try {
      await this.#client.call(this.#path, {
        method: 'PATCH',
        query: { fieldManager: 'gracegate' },
        contentType: 'application/json-patch+json',
        // The webhooks are named by their place, so nothing may have moved.
        body: [{ op: 'test', path: '/metadata/resourceVersion', value: versionOf(object) }, ...patch],
      });
      return true;
    } catch (error) {
      // A test that fails is answered like any patch that makes no sense, so what stands there now must tell.
      if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 422)) throw error;
      const live = await this.#client.find(this.#path);
      if (live !== undefined && versionOf(live) === versionOf(object)) throw error;
      // The watch may have brought a newer one meanwhile.
      if (this.#object === object) this.#object = live;
      this.#options.onChange();
      this.#isAgain = true;
      return false;
    }
  }
}

function versionOf(object: JsonObject): string {
  return asString(asObject(object['metadata'])['resourceVersion']) ?? '';
}

function namesOf(configuration: JsonObject): string {
  return asArray(configuration['webhooks'])
    .map((webhook) => asString(asObject(webhook)['name']) ?? '')
    .join(' ');
}

function bundlesOf(configuration: JsonObject): string[] {
  return asArray(configuration['webhooks']).map((webhook) => {
    const { caBundle } = asObject(asObject(webhook)['clientConfig']);
    return Buffer.from(asString(caBundle) ?? '', 'base64').toString();
  });
}
