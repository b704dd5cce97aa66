/** `gracegate fix`, as somebody types it, in this process. */
import { describe, expect, it } from 'vitest';

import { gracegate } from './auditing.ts';

const hostile = (fields: string): string => `apiVersion: v1
kind: Pod
metadata: { name: "web\\e[2J\\nforged: line" }
spec: { ${fields}, containers: [{ name: app, image: example.com/web:1 }] }
`;

describe('what fix says on standard error', () => {
  it('has nothing in it that a terminal obeys, and no line of another', async () => {
    const { err } = await gracegate(['fix', '-f', '-', '--diff'], hostile('hostname: web'));
    expect(err).toMatch(/^-:1: Pod web\\u001b\[2J forged: line: spec\.terminationGracePeriodSeconds: /m);
    expect(err).not.toContain('\u001B');
    expect(err).not.toMatch(/^forged/m);
  });

  it('nor have its errors, and those of an audit', async () => {
    const unread = 'kind: "a\\e[2J\\u202e"\n';
    const { code, err } = await gracegate(['audit', '-f', '-'], unread);
    expect([code, err]).toEqual([
      2,
      'gracegate: -:1: not a Kubernetes object: a\\u001b[2J\\u202e without apiVersion\n',
    ]);
    const missing = await gracegate(['fix', '-f', 'no\u001B[2J']);
    expect(missing.err).toMatch(/^gracegate: no\\u001b\[2J: no such file or folder$/m);
  });
});
