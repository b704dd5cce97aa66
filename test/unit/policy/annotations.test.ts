import { describe, expect, it } from 'vitest';

import { annotationKeys, readExemptions, readSeconds } from '../../../src/policy/annotations.ts';
import { podView } from './objects.ts';

const key = annotationKeys.drainSeconds;

describe('readSeconds', () => {
  it('is silent where there is no annotation', () => {
    expect(readSeconds(podView('{}'), key)).toEqual({});
  });

  it.each([
    ['0', 0],
    ['30', 30],
    [' 30 ', 30],
    ['0030', 30],
    ['3600', 3600],
  ])('reads %j', (text, seconds) => {
    expect(readSeconds(podView('{}', { [key]: text }), key)).toEqual({ seconds });
  });

  it.each(['', '3601', '9999', '10000', '-1', '1.5', '1e3', '0x10', '30s', '30 40', 'thirty', 'NaN', '３'])(
    'ignores %j and says so',
    (text) => {
      expect(readSeconds(podView('{}', { [key]: text }), key)).toEqual({
        problem: `annotation gracegate.dev/drain-seconds: "${text}" is not a number of seconds from 0 to 3600; it is ignored`,
      });
    },
  );
});

describe('readExemptions', () => {
  it.each([
    [{}, undefined],
    [{ [annotationKeys.exemptReason]: 'alone' }, undefined],
    [{ [annotationKeys.exempt]: 'cpu-request' }, { checks: ['cpu-request'], reason: '' }],
    [
      {
        [annotationKeys.exempt]: ' cpu-request , readiness-probe,,',
        [annotationKeys.exemptReason]: ' a batch ',
      },
      { checks: ['cpu-request', 'readiness-probe'], reason: 'a batch' },
    ],
    [
      { [annotationKeys.exempt]: 'cpu-request', [annotationKeys.exemptReason]: '  ' },
      { checks: ['cpu-request'], reason: '' },
    ],
  ])('%j', (annotations, request) => {
    expect(readExemptions(podView('{}', annotations))).toEqual(request);
  });
});
