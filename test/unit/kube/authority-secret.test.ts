import { beforeAll, expect, it } from 'vitest';

import { AuthoritySecret } from '../../../src/kube/authority-secret.ts';
import type { Json } from '../../../src/policy/json.ts';
import { issueAuthority, type Authority } from '../../../src/tls/issue.ts';
import { serving } from './serving.ts';

const path = '/api/v1/namespaces/gracegate-system/secrets/gracegate-authority';
const encode = (text: string): string => Buffer.from(text).toString('base64');

let ours: Authority;
let next: Authority;

beforeAll(async () => {
  [ours, next] = await Promise.all([issueAuthority(), issueAuthority()]);
});

async function secretWith(object: Json) {
  const problems: string[] = [];
  const { client } = await serving({ [path]: object });
  const secret = new AuthoritySecret(client, {
    namespace: 'gracegate-system',
    name: 'gracegate-authority',
    onError: () => undefined,
    onUnusable: (problem) => void problems.push(problem),
  });
  return { secret, problems };
}

const dataOf = (current: Authority): Record<string, string> => ({
  'ca.crt': encode(current.certificatePem),
  'ca.key': encode(current.keyPem),
});

it('an empty Secret holds nothing, and nothing is wrong with it', async () => {
  const { secret, problems } = await secretWith({ metadata: { name: 'gracegate-authority' } });
  expect(await secret.read()).toMatchObject({ state: undefined, isRotationWanted: false });
  expect(problems).toEqual([]);
});

it('a Secret that is not there is no failure, and people are told how to make it', async () => {
  const { secret } = await secretWith(404);
  expect(await secret.read()).toBeUndefined();
  expect(secret.missing).toMatch(/no Secret gracegate-system\/gracegate-authority .* helm upgrade/);
});

it('reads what is there, and the wish for a rotation', async () => {
  const { secret } = await secretWith({
    metadata: { annotations: { 'gracegate.dev/rotate': 'now' } },
    data: {
      ...dataOf(ours),
      'next-ca.crt': encode(next.certificatePem),
      'next-ca.key': encode(next.keyPem),
      'previous-ca.crt': encode('before'),
    },
  });
  expect(await secret.read()).toMatchObject({
    state: { current: ours, next, previousPem: 'before' },
    isRotationWanted: true,
  });
});

it('says once what cannot be used, and leaves it out', async () => {
  const { secret, problems } = await secretWith({
    data: { ...dataOf(ours), 'next-ca.crt': encode('garbage'), 'next-ca.key': encode('garbage') },
  });
  expect((await secret.read())?.state).toEqual({ current: ours });
  expect((await secret.read())?.state).toEqual({ current: ours });
  expect(problems).toEqual([expect.stringMatching(/^next-ca\.crt: .*cannot be read/)]);
});

it('takes an authority with the key of another for none', async () => {
  const { secret, problems } = await secretWith({
    data: { ...dataOf(ours), 'ca.key': encode(next.keyPem) },
  });
  expect((await secret.read())?.state).toBeUndefined();
  expect(problems).toEqual([expect.stringMatching(/^ca\.crt: .*key of another/)]);
});
