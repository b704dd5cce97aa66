import { X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { coversHost, parseHosts } from '../../../src/tls/hosts.ts';
import { issueAuthority, issueServing } from '../../../src/tls/issue.ts';

const dns = (value: string): object => ({ kind: 'dns', value });
const ip = (value: string): object => ({ kind: 'ip', value });

describe('parseHosts', () => {
  it.each([
    ['localhost', dns('localhost')],
    ['Gracegate.Example.COM.', dns('gracegate.example.com')],
    ['*.example.com', dns('*.example.com')],
    ['my_service', dns('my_service')],
    ['3com.example', dns('3com.example')],
    ['10.0.0.1', ip('10.0.0.1')],
    ['::1', ip('::1')],
    ['[::1]', ip('::1')],
    ['0:0:0:0:0:0:0:1', ip('::1')],
    ['FE80::A', ip('fe80::a')],
    ['::ffff:10.0.0.1', ip('::ffff:a00:1')],
  ])('understands %s', (text, expected) => {
    expect(parseHosts([text])).toEqual([expected]);
  });

  it.each([
    '',
    '.',
    '*',
    '*.',
    'a..b',
    '-a',
    'a-',
    'a.*.b',
    'localhost:8443',
    'https://localhost',
    'local host',
    'münchen.example',
    '10.0.0.256',
    '1.2.3',
    '[::1]:443',
    'fe80::1%eth0',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}aa`,
  ])('refuses "%s"', (text) => {
    expect(() => parseHosts(['localhost', text])).toThrow(
      expect.objectContaining({ name: 'TlsError', code: 'bad-host' }),
    );
    expect(() => parseHosts([text])).toThrow(`"${text}" is neither a DNS name nor an IP address; `);
  });

  it('refuses an empty list', () => {
    expect(() => parseHosts([])).toThrow(/at least one host/);
  });

  it('keeps the order and drops repetitions', () => {
    expect(parseHosts(['b', '::1', 'a', 'B.', '0::1'])).toEqual([dns('b'), ip('::1'), dns('a')]);
  });
});

describe('coversHost', () => {
  it('reads the alternative names, wildcards included, and not the common name', async () => {
    const authority = await issueAuthority();
    const { certificatePem } = await issueServing({
      authority,
      hosts: ['localhost', '*.example.com', '::1'],
    });
    const serving = new X509Certificate(certificatePem);
    const covers = (text: string): boolean => parseHosts([text]).every((host) => coversHost(serving, host));

    expect(['localhost', '*.example.com', 'a.example.com', '::1'].map(covers)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['example.com', 'a.b.example.com', '*.localhost', '127.0.0.1', '::2'].map(covers)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
