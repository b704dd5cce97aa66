import { rmSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';

import { issueAuthority, type Authority } from '../../../src/tls/issue.ts';
import type { ServingPair } from '../../../src/tls/source.ts';
import { pairFor } from './support.ts';
import { folder, until, watch } from './watching.ts';

const DAY_MS = 86_400_000;

let authority: Authority;
let first: ServingPair;

beforeAll(async () => {
  authority = await issueAuthority();
  first = await pairFor(authority);
});

describe('files and their time', () => {
  it('serves an expired pair with a warning, given once', async () => {
    const files = folder();
    const yesterday = new Date(Date.now() - 2 * DAY_MS);
    const old = await issueAuthority({ now: yesterday });
    const expired = await pairFor(old, { now: yesterday, validDays: 1 });
    files.write(expired);
    const { source, warnings, errors, pollsAgain } = await watch(files);
    await pollsAgain();
    expect(source.current()).toMatchObject(expired);
    expect(warnings).toEqual([expect.stringMatching(/tls\.crt expired on .*; renew it/)]);
    expect(errors).toEqual([]);
  });

  it('does not let an expired pair push out a valid one', async () => {
    const files = folder();
    files.write(first);
    const { source, errors, changes, pollsAgain } = await watch(files);
    const past = new Date(Date.now() - 10 * DAY_MS);
    const old = await issueAuthority({ now: past });
    files.write(await pairFor(old, { now: past, validDays: 1 }));
    await until(() => expect(errors.at(-1)?.code).toBe('outside-validity'));
    await pollsAgain();
    expect(errors.filter(({ code }) => code === 'outside-validity')).toHaveLength(1);
    expect(changes).toEqual([]);
    expect(source.current()).toMatchObject(first);
  });

  it('takes a pair that is not valid yet when its time comes', async () => {
    const files = folder();
    files.write(first);
    let clock = new Date();
    const { source, errors } = await watch({ ...files, now: () => clock });
    const tomorrow = new Date(clock.getTime() + DAY_MS);
    const next = await pairFor(authority, { now: tomorrow, validDays: 1 });
    files.write(next);
    await until(() => expect(errors.at(-1)?.message).toMatch(/is not valid before/));
    expect(source.current()).toMatchObject(first);
    clock = tomorrow;
    await until(() => expect(source.current()).toMatchObject(next));
  });

  it('warns when the pair that is served expires, even while its files are unreadable', async () => {
    const files = folder();
    files.write(first);
    let clock = new Date();
    const { warnings, source, pollsAgain } = await watch({ ...files, now: () => clock });
    rmSync(files.keyFile);
    await pollsAgain();
    expect(warnings).toEqual([]);
    clock = new Date(first.notAfter.getTime() + 1000);
    await until(() => expect(warnings).toHaveLength(1));
    expect(source.current()).toMatchObject(first);
  });
});
