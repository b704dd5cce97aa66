/**
 * The certificates of one control plane: a certificate authority of its own, and what it issues. Everything lives as
 * long as the run; nothing here is meant for a cluster that matters.
 */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

const LIFETIME_DAYS = 30;
const CLOCK_SKEW_MS = 60 * 60_000;
const CLIENT_USE = [{ name: 'extKeyUsage', clientAuth: true }];

/** PEM texts. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface ControlPlanePki<Client extends string = never> {
  readonly caCertificate: string;
  readonly serving: KeyPair;
  /** In the group system:masters, which RBAC and API priority and fairness let pass. */
  readonly admin: KeyPair;
  readonly controllerManager: KeyPair;
  /** Signs ServiceAccount tokens. */
  readonly serviceAccountKey: string;
  /** What was asked for besides. */
  readonly clients: Readonly<Record<Client, KeyPair>>;
}

export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

interface Issuer {
  readonly certificate: forge.pki.Certificate;
  readonly key: forge.pki.rsa.PrivateKey;
}

export interface PkiOptions<Client extends string> {
  /** IP addresses of the API server besides the loopback one. */
  readonly addresses?: readonly string[];
  readonly clients?: Readonly<Record<Client, Subject>>;
}

export async function issueControlPlanePki<Client extends string = never>(
  options: PkiOptions<Client> = {},
): Promise<ControlPlanePki<Client>> {
  // OpenSSL makes keys on the thread pool; node-forge alone would take seconds of JavaScript for them.
  const [caKeys, servingKeys, adminKeys, controllerManagerKeys, serviceAccountKeys] = await Promise.all([
    newKeys(),
    newKeys(),
    newKeys(),
    newKeys(),
    newKeys(),
  ]);
  const ca = issueAuthority(caKeys);
  const clients = {} as Record<Client, KeyPair>;
  for (const name in options.clients) {
    clients[name] = issue(ca, await newKeys(), options.clients[name], CLIENT_USE);
  }
  return {
    caCertificate: forge.pki.certificateToPem(ca.certificate),
    serving: issue(ca, servingKeys, { commonName: 'kube-apiserver' }, [
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...['127.0.0.1', ...(options.addresses ?? [])].map((ip) => ({ type: 7, ip })),
          { type: 2, value: 'localhost' },
          { type: 2, value: 'kubernetes.default.svc' },
        ],
      },
    ]),
    admin: issue(
      ca,
      adminKeys,
      { commonName: 'gracegate-test-admin', organization: 'system:masters' },
      CLIENT_USE,
    ),
    controllerManager: issue(
      ca,
      controllerManagerKeys,
      { commonName: 'system:kube-controller-manager' },
      CLIENT_USE,
    ),
    serviceAccountKey: serviceAccountKeys.privateKey,
    clients,
  };
}

interface PemKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

function newKeys(): Promise<PemKeys> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

function issueAuthority(keys: PemKeys): Issuer {
  const subject = { commonName: 'gracegate-test-ca' };
  const key = forge.pki.privateKeyFromPem(keys.privateKey);
  const certificate = draft(keys, subject, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.setIssuer(attributesOf(subject));
  certificate.sign(key, forge.md.sha256.create());
  return { certificate, key };
}

function issue(ca: Issuer, keys: PemKeys, subject: Subject, extensions: readonly object[]): KeyPair {
  const certificate = draft(keys, subject, [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: ca.certificate.generateSubjectKeyIdentifier().getBytes(),
    },
    ...extensions,
  ]);
  certificate.setIssuer(ca.certificate.subject.attributes);
  certificate.sign(ca.key, forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: keys.privateKey };
}

function draft(keys: PemKeys, subject: Subject, extensions: object[]): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = newSerial();
  certificate.validity.notBefore = new Date(Date.now() - CLOCK_SKEW_MS);
  certificate.validity.notAfter = new Date(Date.now() + LIFETIME_DAYS * 24 * 60 * 60_000);
  certificate.setSubject(attributesOf(subject));
  certificate.setExtensions(extensions);
  return certificate;
}

/**
 * A serial of its own for each certificate. DER wants a positive integer in the fewest bytes and node-forge writes the
 * bytes as they are: the first one must neither have its sign bit set nor be zero.
 */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString('hex');
}

function attributesOf({ commonName, organization }: Subject): forge.pki.CertificateField[] {
  return [
    ...(organization === undefined ? [] : [{ name: 'organizationName', value: organization }]),
    { name: 'commonName', value: commonName },
  ];
}
