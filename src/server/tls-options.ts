import type { SecureVersion } from 'node:tls';

/** PEM of what the server shows, and of the CA that clients must be signed by, where they must. */
export interface ServingMaterial {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string | undefined;
}

/** TLS options of the server; also what `setSecureContext` takes on a reload. */
export interface ServingTls {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly requestCert?: boolean;
  readonly rejectUnauthorized?: boolean;
  readonly minVersion: SecureVersion;
}

/** With a client CA only clients with a certificate of it get through: the API server, if it is configured to show one. */
export function servingTls({ cert, key, clientCa }: ServingMaterial): ServingTls {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  };
}
