import { createPrivateKey } from 'node:crypto';

import forge from 'node-forge';
import { beforeAll, expect, it } from 'vitest';

import { issueAuthority, issueServing, signingProblem, type Authority } from '../../../src/tls/issue.ts';

/** Of an authority with an elliptic curve, as other tools like to make; openssl req -x509 -newkey ec, until 2126. */
const elliptic = `-----BEGIN CERTIFICATE-----
MIIBnjCCAUOgAwIBAgIURu2o7KS0VeNcf1nV5kFAO0Zz0hgwCgYIKoZIzj0EAwIw
IzERMA8GA1UECgwIU29tZWJvZHkxDjAMBgNVBAMMBUVDIENBMCAXDTI2MTEyMTE3
Mzc1MloYDzIxMjYxMDI4MTczNzUyWjAjMREwDwYDVQQKDAhTb21lYm9keTEOMAwG
A1UEAwwFRUMgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASfSjz8rg4jnFCg
rhUAdLVXwKKqJ7yhZFBgM9qDoItcQuXYrYHFOfzMqh4R408lBotOleKwXqsrnKnD
50FlIlLGo1MwUTAdBgNVHQ4EFgQU05ds0UgHNByF6CefacZH4GMP6rQwHwYDVR0j
BBgwFoAU05ds0UgHNByF6CefacZH4GMP6rQwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNJADBGAiEAkG4Wc2B0x0qkrKLtyP3QcH3CxYyaxgcGcmjuDc7OYcoC
IQDI6hdx6HN8ZRB2LWlrTLN2ia7u3ekxmXstkdqLpmGgjQ==
-----END CERTIFICATE-----
`;

let ours: Authority;
let another: Authority;
let serving: Authority;

beforeAll(async () => {
  [ours, another] = await Promise.all([issueAuthority(), issueAuthority()]);
  serving = await issueServing({ authority: ours, hosts: ['x'] });
});

/** Our authority, signed anew with a key usage that does not allow to sign. */
function withoutSigning(): Authority {
  const certificate = forge.pki.certificateFromPem(ours.certificatePem);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', digitalSignature: true },
  ]);
  const key = createPrivateKey(ours.keyPem).export({ type: 'pkcs1', format: 'pem' });
  certificate.sign(forge.pki.privateKeyFromPem(key.toString()), forge.md.sha256.create());
  return { certificatePem: forge.pki.certificateToPem(certificate), keyPem: ours.keyPem };
}

it('an authority of ours can sign', () => {
  expect(signingProblem(ours)).toBeUndefined();
});

it.each([
  ['nothing there', () => ({ certificatePem: '', keyPem: '' }), /cannot be read/],
  ['the key of another', () => ({ ...ours, keyPem: another.keyPem }), /key of another certificate/],
  ['a key that is garbage', () => ({ ...ours, keyPem: 'garbage' }), /cannot be read/],
  ['an ordinary certificate', () => serving, /ordinary certificate/],
  ['an elliptic curve', () => ({ certificatePem: elliptic, keyPem: '' }), /type ec, and only RSA/],
  ['a key usage without signing', withoutSigning, /ordinary certificate/],
])('an authority cannot sign, and it is said why: %s', (_name, authority, expected) => {
  expect(signingProblem(authority())).toMatch(expected);
});
