import { X509Certificate } from 'node:crypto';

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in order. What is no certificate, or cannot be read, is left out. */
export function certificatesOf(pem: string): X509Certificate[] {
  return (pem.match(block) ?? []).flatMap((text) => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return [];
    }
  });
}

/** One PEM text of all certificates, each once, in order. */
export function joinBundle(pems: readonly string[]): string {
  const unique = new Map(
    pems.flatMap(certificatesOf).map((certificate) => [certificate.fingerprint256, certificate]),
  );
  return [...unique.values()].map(pemOf).join('');
}

/**
 * What clients should trust so that nothing that was good stops being so: the wanted authorities and those of the bundle
 * before, as long as they have not expired. Each replica may know another one of two authorities for a while, such as
 * when the kubelet has brought a changed Secret to one of them only.
 */
export function widenBundle(wantedPem: string, beforePem: string, now: Date): string {
  const kept = certificatesOf(beforePem).filter(({ ca, validToDate }) => ca && validToDate > now);
  return joinBundle([wantedPem, ...kept.slice(0, maxKept).map(pemOf)]);
}

/** A bundle goes to every API server with every watch; whoever rotates more often than this within a lifetime means harm. */
const maxKept = 10;

/**
 * Whether a client that trusts `bundlePem` accepts what a server with `servingPem` shows: the chain from its first
 * certificate, over the others, ends at one of the bundle, and all of it is within its time.
 */
export function isTrusted(servingPem: string, bundlePem: string, now: Date): boolean {
  const [leaf, ...intermediates] = certificatesOf(servingPem);
  const trusted = certificatesOf(bundlePem).filter((certificate) => isWithinTime(certificate, now));
  let link = leaf;
  // A chain is no longer than its certificates, also where two of them name one another.
  for (let steps = 0; link !== undefined && steps <= intermediates.length; steps += 1) {
    const certificate = link;
    if (!isWithinTime(certificate, now)) return false;
    if (trusted.some((authority) => isIssuedBy(certificate, authority))) return true;
    link = intermediates.find((other) => other !== certificate && isIssuedBy(certificate, other));
  }
  return false;
}

function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function isWithinTime({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now <= validToDate;
}

function pemOf(certificate: X509Certificate): string {
  return certificate.toString().trimEnd() + '\n';
}
