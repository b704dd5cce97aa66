import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

import { TlsError } from './errors.ts';

/** A name or an address that a certificate speaks for, in its canonical form. */
export interface Host {
  readonly kind: 'dns' | 'ip';
  readonly value: string;
}

/** RFC 1123 labels, and the underscore that Go's `crypto/x509` accepts too, because container networks use it. */
const DNS_LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** RFC 1035, section 2.3.4, as text without the trailing dot. */
const MAX_DNS_NAME_LENGTH = 253;

/**
 * Reads names and addresses as people write them: upper case, a trailing dot, brackets around IPv6 and repetitions are
 * understood; wildcards may stand for the first label.
 * @throws TlsError `bad-host` when there are none, or for the first one that is neither a DNS name nor an address
 */
export function parseHosts(hosts: readonly string[]): Host[] {
  if (hosts.length === 0) {
    throw new TlsError(
      'bad-host',
      'a serving certificate needs at least one host',
      'name what clients connect to, for example localhost or gracegate.gracegate-system.svc',
    );
  }
  const byValue = new Map<string, Host>();
  for (const text of hosts) {
    const host = parseAddress(text) ?? parseName(text);
    byValue.set(host.value, host);
  }
  return [...byValue.values()];
}

/** Whether `certificate` names `host` among its subject alternative names; the common name does not count. */
export function coversHost(certificate: X509Certificate, host: Host): boolean {
  if (host.kind === 'ip') {
    return certificate.checkIP(host.value) !== undefined;
  }
  // A wildcard is asked for by an example: OpenSSL takes "*" in the name that is looked up for an ordinary character.
  const name = host.value.replace(/^\*\./, 'any.');
  return certificate.checkHost(name, { subject: 'never' }) !== undefined;
}

function parseAddress(text: string): Host | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  switch (isIP(bare)) {
    case 4:
      return { kind: 'ip', value: bare };
    case 6:
      // A zone ("%eth0") names an interface of this machine; it has no place in a certificate and falls through.
      // The URL parser writes RFC 5952, so ::ffff:10.0.0.1 loses its dots, which node-forge would take for IPv4.
      return bare.includes('%')
        ? undefined
        : { kind: 'ip', value: new URL(`https://[${bare}]`).hostname.slice(1, -1) };
    default:
      return undefined;
  }
}

function parseName(text: string): Host {
  const value = text.toLowerCase().replace(/\.$/, '');
  const labels = value.replace(/^\*\.(?=.)/, '').split('.');
  const last = labels.at(-1) ?? '';
  // No top-level domain is a number, so 10.0.0.256 is a mistyped address and not a name.
  const wellFormed =
    value.length <= MAX_DNS_NAME_LENGTH &&
    labels.every((label) => DNS_LABEL.test(label)) &&
    !/^\d+$/.test(last);
  if (!wellFormed) {
    throw new TlsError(
      'bad-host',
      `"${text}" is neither a DNS name nor an IP address`,
      'write it without scheme, port and path, and international names in their xn-- form',
    );
  }
  return { kind: 'dns', value };
}
