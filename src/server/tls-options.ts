import type { Socket } from 'node:net';
import { TLSSocket, type SecureVersion } from 'node:tls';

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

/**
 * Whether a client may be heard, by the common name of its certificate: a CA of clients usually signs for more of them
 * than the API server. Undefined names hear every client that got through the handshake.
 */
export function isHeard(socket: Socket, names: readonly string[] | undefined): boolean {
  if (names === undefined) return true;
  if (!(socket instanceof TLSSocket)) return false;
  // A name that is there several times is given as a list; then nobody can say which one counts.
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' && names.includes(name);
}
