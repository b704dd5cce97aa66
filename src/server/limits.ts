/** Time-outs and limits of the HTTPS server, with their reasons. Milliseconds. */
export const limits = {
  server: {
    /**
     * The API server keeps idle connections for 90 s and never replays a POST on one that we closed meanwhile
     * (kubernetes#127335), so ours must last longer.
     */
    keepAliveTimeout: 120_000,
    /** A whole request, body included. The API server itself gives up after 5 s; a slower client is not it. */
    requestTimeout: 10_000,
    /** The headers of a request. */
    headersTimeout: 5000,
    /** How often the two above are looked at. */
    connectionsCheckingInterval: 1000,
    /** A TLS handshake. */
    handshakeTimeout: 5000,
    maxHeaderSize: 16 * 1024,
  },
  /** Connections at once. An API server opens at most a few dozen; more is not one. */
  maxConnections: 1024,
  /** From here on a new connection makes room for itself: idle ones of somebody must not lock the API server out. */
  manyConnections: 960,
  /** Connections to the port of health, where a new one ends the oldest: those of kubelets and Prometheus are short. */
  maxHealthConnections: 256,
  /** After this long a connection is closed with its next answer, so that replicas come to share the load. */
  connectionMaxAge: 300_000,
  /** How long SIGTERM leaves the server answering, so that no call meets a closed door. */
  lameDuck: 5000,
  /** How long a connection may be unused that arrives while the server is closing. */
  lastConnections: 1000,
  /** No API server waits longer for an answer (timeoutSeconds of a webhook), so a server that closes does not either. */
  longestAnswer: 30_000,
} as const;
