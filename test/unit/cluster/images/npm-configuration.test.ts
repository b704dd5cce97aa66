import { describe, expect, it } from 'vitest';
import { portable } from '../../../cluster/images/npm-configuration.ts';

describe('portable', () => {
  it('fills in variables, keeps registries and what opens them, and leaves out paths of this machine', () => {
    const npmrc = [
      'cafile=/home/somebody/ca.pem',
      'cache = /home/somebody/.npm',
      'nodedir=/usr',
      '@example:registry=https://npm.example.org/',
      '//npm.example.org/:_authToken=${TOKEN}',
      'registry=https://npm.example.org/all/',
      'cafile=/etc/ssl/certs/ca-certificates.crt',
      '',
    ].join('\n');
    expect(portable(npmrc, { TOKEN: 'secret' }).split('\n')).toEqual([
      '@example:registry=https://npm.example.org/',
      '//npm.example.org/:_authToken=secret',
      'registry=https://npm.example.org/all/',
      'cafile=/etc/ssl/certs/ca-certificates.crt',
      '',
    ]);
  });

  it('leaves a variable that is not set as it is', () => {
    expect(portable('//npm.example.org/:_authToken=${TOKEN}', {})).toBe(
      '//npm.example.org/:_authToken=${TOKEN}',
    );
  });
});
