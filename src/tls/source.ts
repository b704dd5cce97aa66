/** What a server needs to answer TLS handshakes. Treat it as immutable: a renewal is a new object. */
export interface ServingPair {
  /** The serving certificate, PEM; intermediate certificates may follow it. */
  readonly certificatePem: string;
  /** Its private key, PEM, without a passphrase. */
  readonly keyPem: string;
  /** When the serving certificate expires: for the metric, and for whoever renews it. */
  readonly notAfter: Date;
}

/**
 * Where serving certificates come from: mounted files, or an authority that issues them in memory. A source that exists
 * has a pair; that is why there is no "not ready" here. It is made by a function that fails when there is none.
 */
export interface CertificateSource {
  /** The pair to serve now. Never throws, never waits. */
  current(): ServingPair;
  /**
   * Calls `listener` with each pair that replaces the current one; not with the current one itself.
   * @returns a function that ends the calls
   */
  onChange(listener: (pair: ServingPair) => void): () => void;
  /** Ends all background work and all calls to listeners. `current` keeps answering, for what is still in flight. */
  close(): void;
}
