import { describe, expect, it } from 'vitest';

import { readReview } from '../../../src/admission/review.ts';
import type { Json, JsonObject } from '../../../src/policy/json.ts';
import { podOf } from '../policy/objects.ts';
import { requestOf, review, withMetadata } from './reviews.ts';

const pod = podOf('containers: [{ name: app }]');

describe('what is not a review', () => {
  const noObject = 'the body is not an AdmissionReview: it is not a JSON object';
  const noKind = 'the body is not an AdmissionReview: kind differs';
  const otherVersion = 'only admission.k8s.io/v1 is understood; set admissionReviewVersions to ["v1"]';
  const noRequest = 'the AdmissionReview has no request';
  const noUid = 'the request has no uid';
  const lacking = 'the request lacks operation, kind or resource';
  const noNamespace = 'the namespace of the request is no name';
  const over = (fields: JsonObject): JsonObject => ({ ...review(pod), ...fields });

  it.each<[string, Json | undefined, string]>([
    ['nothing', undefined, noObject],
    ['null', null, noObject],
    ['a string', 'AdmissionReview', noObject],
    ['an array', [review(pod)], noObject],
    ['an empty object', {}, noKind],
    ['another kind', over({ kind: 'Pod' }), noKind],
    ['a kind in lower case', over({ kind: 'admissionreview' }), noKind],
    ['no version', over({ apiVersion: null }), otherVersion],
    ['v1beta1', over({ apiVersion: 'admission.k8s.io/v1beta1' }), otherVersion],
    ['no request', over({ request: null }), noRequest],
    ['a request that is an array', over({ request: [] }), noRequest],
    ['no uid', review(pod, { uid: null }), noUid],
    ['an empty uid', review(pod, { uid: '' }), noUid],
    ['a uid that is a number', review(pod, { uid: 7 }), noUid],
    ['no operation', review(pod, { operation: null }), lacking],
    ['no kind', review(pod, { kind: null }), lacking],
    ['a kind that is a string', review(pod, { kind: 'Pod' }), lacking],
    ['a kind without its name', review(pod, { kind: { group: '', version: 'v1' } }), lacking],
    ['no resource', review(pod, { resource: {} }), lacking],
    ['a namespace that leads elsewhere', review(pod, { namespace: '..' }), noNamespace],
    ['a namespace of two steps', review(pod, { namespace: 'shop/pods' }), noNamespace],
  ])('%s', (_name, body, problem) => {
    expect(readReview(body)).toEqual({ problem });
  });
});

describe('a review', () => {
  it('is read as far as it is used', () => {
    const request = review(pod, { operation: 'UPDATE', subResource: 'resize', oldObject: pod, dryRun: true });
    expect(readReview(request)).toEqual({
      uid: 'the-uid',
      kind: 'Pod',
      resource: 'pods',
      subResource: 'resize',
      operation: 'UPDATE',
      namespace: 'shop',
      name: 'web',
      username: 'jane',
      groups: ['developers', 'system:authenticated'],
      dryRun: true,
      object: pod,
      oldObject: pod,
    });
  });

  it('keeps the object as it came', () => {
    const strange = { ...pod, later: { field: [1, null] }, constructor: 'x' };
    expect(requestOf(strange).object).toBe(strange);
  });

  it('may have no name yet', () => {
    const { metadata: _, ...unnamed } = pod;
    const object = withMetadata(unnamed, { generateName: 'web-' });
    expect(requestOf(object, { name: '' })).toMatchObject({ name: '', object });
  });

  it.each<[string, JsonObject, object]>([
    ['no user', { userInfo: null }, { username: '', groups: [] }],
    ['a user without groups', { userInfo: { username: 'jane' } }, { username: 'jane', groups: [] }],
    ['groups that are no list', { userInfo: { groups: 'system:masters' } }, { groups: [] }],
    [
      'groups that are no strings',
      { userInfo: { username: 7, groups: ['a', null, 1, ['b'], 'c'] } },
      { username: '', groups: ['a', 'c'] },
    ],
    [
      'an object that is none',
      { object: [pod], oldObject: 'x' },
      { object: undefined, oldObject: undefined },
    ],
    ['no namespace', { namespace: null }, { namespace: '' }],
    ['a subresource that is none', { subResource: 1 }, { subResource: '' }],
    ['a dry run that is a word', { dryRun: 'true' }, { dryRun: false }],
  ])('with %s is read all the same', (_name, over, expected) => {
    expect(readReview(review(pod, over))).toMatchObject(expected);
  });
});
