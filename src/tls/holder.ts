import type { CertificateSource, ServingPair } from './source.ts';

/** A source whose pair is replaced from outside: the half that all sources share. */
export interface PairHolder extends CertificateSource {
  /**
   * Makes `next` the current pair and tells every listener, also those after one that fails.
   * After `close` it does nothing.
   * @throws AggregateError with what listeners threw; the pair is swapped all the same
   */
  replace(next: ServingPair): void;
}

/** Holds `initial` until it is replaced. */
export function holdPair(initial: ServingPair): PairHolder {
  let pair = initial;
  let closed = false;
  // Entries instead of bare functions: the same function registered twice is two registrations, ended one by one.
  const entries = new Set<{ readonly listener: (pair: ServingPair) => void }>();

  return {
    current: () => pair,
    onChange(listener) {
      const entry = { listener };
      if (!closed) {
        entries.add(entry);
      }
      return () => {
        entries.delete(entry);
      };
    },
    replace(next) {
      if (closed) {
        return;
      }
      pair = next;
      const failures: unknown[] = [];
      for (const { listener } of entries) {
        try {
          listener(next);
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) {
        throw new AggregateError(failures, 'a listener of the certificate source failed');
      }
    },
    close() {
      closed = true;
      entries.clear();
    },
  };
}
