import { beforeAll, describe, expect, it } from 'vitest';

import {
  adopted,
  bundleOf,
  dueStep,
  isSameState,
  msLeft,
  take,
  type AuthorityState,
  type Lifetimes,
  type Situation,
} from '../../../src/tls/authority.ts';
import { issueAuthority, signingProblem, type Authority } from '../../../src/tls/issue.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const lifetimes: Lifetimes = { authority: 90 * day, certificate: day, overlap: 10 * minute };
const issued = new Date('2026-03-01T12:00:00Z');
const after = (ms: number): Date => new Date(issued.getTime() + ms);

let a: Authority;
let b: Authority;

beforeAll(async () => {
  [a, b] = await Promise.all([
    issueAuthority({ now: issued, validDays: 90 }),
    issueAuthority({ now: after(61 * day), validDays: 90 }),
  ]);
});

function situation(state: AuthorityState | undefined, more: Partial<Situation> = {}): Situation {
  return { state, now: after(day), seenMs: 0, isNextTrusted: false, isRotationWanted: false, ...more };
}

const step = (state: AuthorityState | undefined, more?: Partial<Situation>) =>
  dueStep(situation(state, more), lifetimes);

describe('the step that is due', () => {
  it('is to issue where there is nothing usable', () => {
    expect(step(undefined)).toBe('issue');
    expect(step({ current: a }, { now: after(91 * day) })).toBe('issue');
    expect(step({ current: { certificatePem: 'garbage', keyPem: '' } })).toBe('issue');
  });

  it('is none while the authority is young, and to prepare the next one in its last third', () => {
    expect(step({ current: a }, { now: after(59 * day) })).toBeUndefined();
    expect(step({ current: a }, { now: after(61 * day) })).toBe('prepare');
  });

  it('is to prepare when somebody asks, once', () => {
    expect(step({ current: a }, { isRotationWanted: true })).toBe('prepare');
    expect(step({ current: a, next: b }, { isRotationWanted: true })).toBeUndefined();
    const now = after(62 * day);
    expect(
      step({ current: b, previousPem: a.certificatePem }, { now, isRotationWanted: true }),
    ).toBeUndefined();
  });

  it('is to promote only after the overlap, and only what clients trust', () => {
    const now = after(62 * day);
    const state = { current: a, next: b };
    expect(step(state, { now, seenMs: 9 * minute, isNextTrusted: true })).toBeUndefined();
    expect(step(state, { now, seenMs: 11 * minute, isNextTrusted: false })).toBeUndefined();
    expect(step(state, { now, seenMs: 11 * minute, isNextTrusted: true })).toBe('promote');
  });

  it('does not wait for trust that has expired anyway', () => {
    expect(step({ current: a, next: b }, { now: after(91 * day) })).toBe('promote');
    expect(step({ current: a, next: b }, { now: after(200 * day) })).toBe('issue');
  });

  it('is to prepare anew where the next one has expired, and to issue where a clock was ahead', () => {
    expect(step({ current: b, next: a }, { now: after(100 * day) })).toBe('prepare');
    expect(step({ current: b }, { now: after(day) })).toBe('issue');
  });

  it('is to retire the one before after the overlap', () => {
    const state = { current: b, previousPem: a.certificatePem };
    const now = after(62 * day);
    expect(step(state, { now, seenMs: 9 * minute })).toBeUndefined();
    expect(step(state, { now, seenMs: 11 * minute })).toBe('retire');
  });
});

describe('a rotation', () => {
  it('trusts at each moment what signed before and what signs after', async () => {
    const trusted = (state: AuthorityState, authority: Authority): boolean =>
      bundleOf(state).includes(authority.certificatePem);
    const start: AuthorityState = { current: a };
    const prepared = await take('prepare', start, lifetimes, after(61 * day));
    const promoted = await take('promote', prepared, lifetimes, after(61 * day));
    const retired = await take('retire', promoted, lifetimes, after(61 * day));
    const next = prepared.next;
    if (next === undefined) throw new Error('nothing was prepared');
    expect(prepared.current).toBe(a);
    expect(promoted).toEqual({ current: next, previousPem: a.certificatePem });
    expect(retired).toEqual({ current: next });
    expect([prepared, promoted].map((state) => [trusted(state, a), trusted(state, next)])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(bundleOf(retired)).toBe(next.certificatePem);
  });

  it('issues what lasts as long as asked', async () => {
    const { current } = await take('issue', undefined, lifetimes, issued);
    expect(msLeft(current.certificatePem, issued)).toBe(90 * day);
    expect(signingProblem(current)).toBeUndefined();
  });
});

describe('a state that somebody else wrote', () => {
  it('goes on from the known one where that is trusted still', () => {
    const now = after(62 * day);
    expect(adopted({ current: b, previousPem: a.certificatePem }, { current: a }, now)).toBeUndefined();
    expect(adopted({ current: a, next: b }, { current: a }, now)).toBeUndefined();
    expect(adopted({ current: b }, undefined, now)).toBeUndefined();
  });

  it('keeps what is known trusted, beside what it trusted before', async () => {
    const c = await issueAuthority({ now: issued });
    const state = { current: b, previousPem: c.certificatePem };
    const both = adopted(state, { current: a }, after(62 * day));
    expect(both?.current).toBe(b);
    for (const { certificatePem } of [a, b, c]) expect(bundleOf(both ?? state)).toContain(certificatePem);
  });

  it('takes the place of one that has expired', () => {
    expect(adopted({ current: b }, { current: a }, after(100 * day))).toBeUndefined();
  });
});

it('compares states by their certificates', () => {
  expect(isSameState({ current: a }, { current: { ...a } })).toBe(true);
  expect(isSameState({ current: a }, { current: a, next: b })).toBe(false);
  expect(isSameState({ current: a }, { current: a, previousPem: b.certificatePem })).toBe(false);
  expect(isSameState({ current: a }, { current: b })).toBe(false);
  expect(isSameState({ current: a }, undefined)).toBe(false);
});
