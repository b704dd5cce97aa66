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

/**
 * One PEM text of all certificates, each once, the oldest first: replicas that know the same ones in another order must
 * not undo each other's work, nor a rotation change what stays the same.
 */
export function joinBundle(pems: readonly string[]): string {
  const unique = new Map(
    pems.flatMap(certificatesOf).map((certificate) => [certificate.fingerprint256, certificate]),
  );
  return [...unique.values()].toSorted(byAge).map(pemOf).join('');
}

function byAge(a: X509Certificate, b: X509Certificate): number {
  const older = a.validFromDate.getTime() - b.validFromDate.getTime();
  return older !== 0 ? older : a.fingerprint256.localeCompare(b.fingerprint256);
}

/**
 * What clients should trust so that nothing that was good stops being so: the wanted authorities and those of the bundle
 * before, as long as they have not expired. Each replica may know another one of two authorities for a while, such as
 * when the kubelet has brought a changed Secret to one of them only.
 */
export function widenBundle(wantedPem: string, beforePem: string, now: Date): string {
  const wanted = certificatesOf(wantedPem);
  const isWanted = ({ fingerprint256 }: X509Certificate): boolean =>
    wanted.some((certificate) => certificate.fingerprint256 === fingerprint256);
  const others = certificatesOf(beforePem).filter((certificate) => !isWanted(certificate));
  const kept = others.filter(({ ca, validToDate }) => ca && validToDate > now).slice(0, maxKept);
  return joinBundle([wantedPem, ...kept.map(pemOf)]);
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

/** Whether the certificate that a server shows is one for a DNS name. Its common name does not count, as with Go. */
export function covers(servingPem: string, host: string): boolean {
  return certificatesOf(servingPem)[0]?.checkHost(host, { subject: 'never' }) !== undefined;
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
