import { describe, expect, it } from 'vitest';

import { allow, deny, fail, patched, reviewBody } from '../../../src/admission/response.ts';
import type { PatchOperation } from '../../../src/policy/draft.ts';

const patch: readonly PatchOperation[] = [{ op: 'add', path: '/metadata/annotations', value: { é: '✓' } }];

describe('the body of an answer', () => {
  it.each([
    ['allow', allow('u'), { uid: 'u', allowed: true }],
    [
      'deny',
      deny('u', 'no'),
      {
        uid: 'u',
        allowed: false,
        status: { status: 'Failure', code: 403, reason: 'Forbidden', message: 'no' },
      },
    ],
    [
      'fail',
      fail('u', 'broken'),
      {
        uid: 'u',
        allowed: false,
        status: { status: 'Failure', code: 500, reason: 'InternalError', message: 'broken' },
      },
    ],
    [
      'patch',
      patched('u', patch, {}),
      {
        uid: 'u',
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      },
    ],
  ])('%s', (_name, response, expected) => {
    expect(JSON.parse(reviewBody(response))).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: expected,
    });
  });

  it('keeps a uid that needs escaping', () => {
    const uid = 'a"b\\c\u2028\ud800';
    expect(JSON.parse(reviewBody(allow(uid)))).toMatchObject({ response: { uid } });
  });

  it('carries a patch that decodes to what was meant, beyond ASCII too', () => {
    const { patch: encoded = '' } = patched('u', patch, {});
    expect(JSON.parse(Buffer.from(encoded, 'base64').toString())).toEqual(patch);
  });
});

it.each([
  ['refusal', deny],
  ['failure', fail],
])(
  'a %s says characters that command a terminal as their codes, in the lines that it has',
  (_name, answer) => {
    expect(answer('u', 'web\u001B[2J:\n  no\u009B').status?.message).toBe('web\\u001b[2J:\n  no\\u009b');
  },
);

describe('remarks', () => {
  it('stand beside every answer but a failure', () => {
    const remarks = { warnings: ['careful'], auditAnnotations: { exempt: 'group' } };
    for (const response of [allow('u', remarks), deny('u', 'no', remarks), patched('u', patch, remarks)]) {
      expect(response).toMatchObject(remarks);
    }
  });

  it('are left out where there are none', () => {
    const response = allow('u', { warnings: [], auditAnnotations: {} });
    expect(Object.keys(response)).toEqual(['uid', 'allowed']);
  });
});

describe('warnings', () => {
  const written = (warnings: readonly string[]) => allow('u', { warnings }).warnings ?? [];

  it.each([
    ['a newline', 'one\ntwo'],
    ['several', 'one\r\n\ttwo'],
    ['NUL', 'one\u0000two'],
    ['DEL', 'one\u007Ftwo'],
    ['the last of C1', 'one\u009Ftwo'],
  ])('hold no control character: %s', (_name, warning) => {
    expect(written([warning])).toEqual(['one two']);
  });

  it('show marks of direction, which would turn the rest of a line around', () => {
    expect(written(['image \u202Eevil\u2066'])).toEqual(['image \\u202eevil\\u2066']);
  });

  it('keep what only looks like one', () => {
    expect(written(['one\u00A0\u2028two \u{1F642}'])).toEqual(['one\u00A0\u2028two \u{1F642}']);
  });

  it('are all kept while they fit', () => {
    const warnings = Array.from({ length: 40 }, (_, index) => `${index} `.padEnd(100, 'x'));
    expect(written(warnings)).toEqual(warnings);
  });

  it('end with the number of those that do not fit', () => {
    const warnings = Array.from({ length: 60 }, (_, index) => `${index} `.padEnd(100, 'x'));
    expect(written(warnings)).toEqual([...warnings.slice(0, 40), 'and 20 more']);
  });

  // The API server counts runes over all warnings, and past 4096 of them cuts each to 256.
  it.each([1, 7, 100, 255, 1000, 4000, 4096])(
    'of %i characters each never add up to more than 4096',
    (size) => {
      const kept = written(Array.from({ length: 5000 }, () => 'ü'.repeat(size)));
      expect(kept.join('').length).toBeLessThanOrEqual(4096);
      expect(kept.at(-1)).toBe(`and ${5000 - kept.length + 1} more`);
    },
  );

  it('of which one is too long say its beginning, and hide none of the others', () => {
    const kept = written(['x'.repeat(10_000), 'short']);
    expect(kept).toEqual([expect.stringMatching(/^x{100}/), 'short']);
    expect(kept.join('').length).toBeLessThanOrEqual(4096);
  });
});
