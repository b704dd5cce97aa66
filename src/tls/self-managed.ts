import {
  adopted,
  bundleOf,
  dueStep,
  isSameState,
  msLeft,
  take,
  type AuthorityState,
  type Lifetimes,
  type Step,
} from './authority.ts';
import { holdPair, type PairHolder } from './holder.ts';
import { issueAuthority, issueServing } from './issue.ts';
import type { CertificateSource } from './source.ts';

/** What is stored, and whatever the store needs to know that nobody wrote in between. */
export interface StoredAuthority<Revision> {
  /** Undefined while nothing usable is stored. */
  readonly state: AuthorityState | undefined;
  /** Somebody asked for a new authority. */
  readonly isRotationWanted: boolean;
  readonly revision: Revision;
}

/** Where replicas share their authority. */
export interface AuthorityStore<Revision> {
  /** What to tell people when there is no place to store it. */
  readonly missing: string;
  /** What is stored now; undefined when there is no place to store it. Rejects when it cannot be read. */
  read(): Promise<StoredAuthority<Revision> | undefined>;
  /** Resolves to false when somebody else wrote since `revision` was read. */
  write(state: AuthorityState, revision: Revision): Promise<boolean>;
  /** Calls back after each change by anybody, and soon after the start. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

export interface SelfManagedEvents {
  readonly wrote: (result: 'written' | 'conflict' | 'failed') => void;
  readonly issued: () => void;
  readonly authorityExpires: (at: Date) => void;
  readonly failed: (error: unknown) => void;
  readonly stepped: (step: string) => void;
  /** What clients should trust has changed. */
  readonly bundleChanged: () => void;
}

export interface SelfManagedOptions<Revision> {
  readonly store: AuthorityStore<Revision>;
  /** Names that the API server calls the webhook by. */
  readonly hosts: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly events: SelfManagedEvents;
  /** Whether clients trust this certificate of an authority already. */
  readonly isAuthorityTrusted: (certificatePem: string) => boolean;
}

const dayMs = 86_400_000;
const maxTickMs = 60_000;
const firstRetryMs = 1000;
const maxRetryMs = 30_000;

/** Each try makes a key; more than this many writers at once do not exist. */
const maxConflicts = 20;

/**
 * Serves certificates that this process issues itself, in memory, from an authority that all replicas share in a store.
 * Nothing is ever restarted: what is stored is looked at whenever it changes, and now and then.
 */
export class SelfManagedCertificates<Revision> implements CertificateSource {
  readonly #options: SelfManagedOptions<Revision>;
  readonly #holder: PairHolder;
  /** The authority that signed the pair that is served; undefined for the pair that nobody trusts. */
  #signedBy: string | undefined;
  #state: AuthorityState | undefined;
  #seenSince = 0;
  #isClosed = false;
  #isBusy = false;
  #isAgain = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = firstRetryMs;

  private constructor(options: SelfManagedOptions<Revision>, holder: PairHolder) {
    this.#options = options;
    this.#holder = holder;
  }

  /**
   * Opens the source. Where the store does not answer, it begins with a pair that nobody trusts, so that the process can
   * live and say why it is not ready, and goes on trying.
   */
  static async open<Revision>(
    options: SelfManagedOptions<Revision>,
  ): Promise<SelfManagedCertificates<Revision>> {
    const nobody = await issueAuthority({ validDays: 1 });
    const placeholder = await issueServing({ authority: nobody, hosts: options.hosts, validDays: 1 });
    const source = new SelfManagedCertificates(options, holdPair(placeholder));
    await source.#run();
    options.store.onChange(() => void source.#run());
    return source;
  }

  current(): ReturnType<CertificateSource['current']> {
    return this.#holder.current();
  }

  onChange(listener: Parameters<CertificateSource['onChange']>[0]): () => void {
    return this.#holder.onChange(listener);
  }

  /** PEM of what clients should trust; undefined until the store was read. Asks the store, so that it is never an old one. */
  async bundle(): Promise<string | undefined> {
    const stored = await this.#options.store.read();
    const known = stored?.state ?? this.#state;
    return known === undefined ? undefined : bundleOf(known);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#holder.close();
  }

  /** One look at a time; what comes meanwhile is looked at right after. Never rejects. */
  async #run(): Promise<void> {
    if (this.#isBusy) {
      this.#isAgain = true;
      return;
    }
    this.#isBusy = true;
    clearTimeout(this.#timer);
    const { overlap, certificate } = this.#options.lifetimes;
    let delay = Math.min(overlap / 4, certificate / 6, maxTickMs);
    try {
      do {
        this.#isAgain = false;
        await this.#reconcile();
      } while (this.#isAgain && !this.#isClosed);
      this.#retryMs = firstRetryMs;
    } catch (error) {
      if (!this.#isClosed) this.#options.events.failed(error);
      delay = this.#retryMs;
      this.#retryMs = Math.min(delay * 2, maxRetryMs);
    } finally {
      this.#isBusy = false;
    }
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#run(), Math.max(delay, 50)).unref();
  }

  async #reconcile(): Promise<void> {
    for (let attempt = 0; attempt < maxConflicts && !this.#isClosed; attempt += 1) {
      const stored = await this.#read();
      const step = this.#due(stored);
      if (step === undefined) break;
      await this.#write(step, stored.revision);
    }
    await this.#serve();
  }

  /** Rejects when it cannot be read; what is known goes on to be served then. */
  async #read(): Promise<StoredAuthority<Revision>> {
    try {
      const stored = await this.#options.store.read();
      if (stored !== undefined) return stored;
    } catch (error) {
      await this.#serve();
      throw error;
    }
    await this.#serve();
    throw new Error(this.#options.store.missing);
  }

  /** The step that is due, and how to take it. */
  #due({ state, isRotationWanted }: StoredAuthority<Revision>): NextStep | undefined {
    const { lifetimes, isAuthorityTrusted } = this.#options;
    const now = new Date();
    const known = this.#state;
    const both = state && adopted(state, known, now);
    if (both !== undefined) return { name: 'adopt', take: () => Promise.resolve(both) };
    this.#see(state);
    // Somebody emptied the store. Clients trust what was in it, so that is better than a new authority.
    if (state === undefined && known !== undefined && msLeft(known.current.certificatePem, now) > 0)
      return { name: 'restore', take: () => Promise.resolve(known) };
    const seenMs = performance.now() - this.#seenSince;
    const isNextTrusted = state?.next !== undefined && isAuthorityTrusted(state.next.certificatePem);
    const step = dueStep({ state, now, seenMs, isNextTrusted, isRotationWanted }, lifetimes);
    return step && { name: step, take: () => take(step, state, lifetimes, now) };
  }

  async #write({ name, take: next }: NextStep, revision: Revision): Promise<void> {
    const { store, events } = this.#options;
    try {
      const isWritten = await store.write(await next(), revision);
      events.wrote(isWritten ? 'written' : 'conflict');
      if (isWritten) events.stepped(name);
    } catch (error) {
      events.wrote('failed');
      // A step that cannot be written must not keep a certificate from being issued by what is stored.
      await this.#serve();
      throw error;
    }
  }

  #see(state: AuthorityState | undefined): void {
    if (state === undefined || isSameState(state, this.#state)) return;
    this.#state = state;
    this.#seenSince = performance.now();
    const left = msLeft(state.current.certificatePem, new Date());
    this.#options.events.authorityExpires(new Date(Date.now() + left));
    this.#options.events.bundleChanged();
  }

  /** Issues a serving certificate where the one that is served is of another authority, or in its last third. */
  async #serve(): Promise<void> {
    if (this.#state === undefined) return;
    const { hosts, lifetimes, events } = this.#options;
    const { current } = this.#state;
    const now = new Date();
    const left = this.#holder.current().notAfter.getTime() - now.getTime();
    // At the end of an authority a new certificate would be as short as the one before.
    const canLast = msLeft(current.certificatePem, now) > left;
    const isDue = left < lifetimes.certificate / 3 && canLast;
    if (this.#signedBy === current.certificatePem && !isDue) return;
    const pair = await issueServing({
      authority: current,
      hosts,
      validDays: lifetimes.certificate / dayMs,
      now,
    });
    this.#signedBy = current.certificatePem;
    events.issued();
    this.#holder.replace(pair);
  }
}

interface NextStep {
  readonly name: Step | 'restore' | 'adopt';
  readonly take: () => Promise<AuthorityState>;
}
