import { beforeAll, describe, expect, it } from 'vitest';

import { certificatesOf, covers, isTrusted, joinBundle, widenBundle } from '../../../src/tls/bundle.ts';
import { issueAuthority, issueServing, type Authority } from '../../../src/tls/issue.ts';
import type { ServingPair } from '../../../src/tls/source.ts';
import { handshake, serveTls } from './support.ts';

const day = 86_400_000;

let first: Authority;
let second: Authority;
let expired: Authority;
let serving: ServingPair;

beforeAll(async () => {
  [first, second, expired] = await Promise.all([
    issueAuthority(),
    issueAuthority(),
    issueAuthority({ now: new Date(Date.now() - 10 * day), validDays: 1 }),
  ]);
  serving = await issueServing({ authority: first, hosts: ['localhost'] });
});

const count = (pem: string): number => certificatesOf(pem).length;

describe('a bundle', () => {
  it('holds each certificate once, in an order of its own, and nothing that cannot be read', () => {
    const damaged = first.certificatePem.replace(/.{20}\n/, 'AAAA\n');
    const bundle = joinBundle([
      first.certificatePem,
      '',
      damaged,
      second.certificatePem,
      first.certificatePem,
    ]);
    expect(count(bundle)).toBe(2);
    expect(bundle).toBe(joinBundle([second.certificatePem, first.certificatePem]));
  });

  it('is widened by the authorities that it held, unless they have expired or are none', () => {
    const before = [second, expired].map(({ certificatePem }) => certificatePem).join('');
    const widened = widenBundle(first.certificatePem, before + serving.certificatePem, new Date());
    expect(widened).toBe(joinBundle([first.certificatePem, second.certificatePem]));
  });

  it('is the same for two replicas that each know another authority, so that they do not undo each other', () => {
    const [a, b] = [first.certificatePem, second.certificatePem];
    const widened = widenBundle(a, widenBundle(b, '', new Date()), new Date());
    expect(widenBundle(a, widened, new Date())).toBe(widened);
    expect(widenBundle(b, widened, new Date())).toBe(widened);
  });

  it('does not grow for ever', async () => {
    const many = await Promise.all(Array.from({ length: 14 }, () => issueAuthority()));
    const before = many.map(({ certificatePem }) => certificatePem).join('');
    const widened = widenBundle(first.certificatePem, before, new Date());
    expect(count(widened)).toBe(11);
    expect(widenBundle(first.certificatePem, widened, new Date())).toBe(widened);
  });
});

describe('trust', () => {
  const now = new Date();

  it('agrees with a real client', async () => {
    const server = await serveTls(serving);
    for (const { bundle, trusted } of [
      { bundle: first.certificatePem, trusted: true },
      { bundle: second.certificatePem + first.certificatePem, trusted: true },
      { bundle: second.certificatePem, trusted: false },
    ]) {
      const accepted = await handshake(server, bundle, 'localhost').then(
        () => true,
        () => false,
      );
      expect(accepted).toBe(trusted);
      expect(isTrusted(serving.certificatePem, bundle, new Date())).toBe(trusted);
    }
  });

  it('ends with the time of the certificate, and with that of its authority', () => {
    expect(isTrusted(serving.certificatePem, first.certificatePem, now)).toBe(true);
    expect(isTrusted(serving.certificatePem, first.certificatePem, new Date(now.getTime() + 400 * day))).toBe(
      false,
    );
    expect(isTrusted(expired.certificatePem, expired.certificatePem, now)).toBe(false);
    expect(isTrusted(serving.certificatePem, first.certificatePem, new Date(now.getTime() - day))).toBe(
      false,
    );
  });

  it.each(['', 'garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'is not given by the bundle %j',
    (bundle) => {
      expect(isTrusted(serving.certificatePem, bundle, now)).toBe(false);
      expect(isTrusted(bundle, first.certificatePem, now)).toBe(false);
    },
  );

  it('is for a name that the certificate is for, and not for its common name', () => {
    expect(covers(serving.certificatePem, 'localhost')).toBe(true);
    expect(covers(serving.certificatePem, 'gracegate.gracegate-system.svc')).toBe(false);
    expect(covers(serving.certificatePem, 'Gracegate webhook')).toBe(false);
    expect(covers('', 'localhost')).toBe(false);
  });

  it('follows a chain that the server shows, in any order', async () => {
    const root = await issueAuthority();
    // Our own authorities may sign no further ones, so the middle is one that its root did not forbid: itself.
    const chain = serving.certificatePem + root.certificatePem + first.certificatePem;
    expect(isTrusted(chain, first.certificatePem, new Date())).toBe(true);
    expect(isTrusted(chain, root.certificatePem, new Date())).toBe(false);
  });
});
