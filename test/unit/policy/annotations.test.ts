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
    expect(readExemptions(annotations)).toEqual(request);
  });

  it.each([
    ['runs of blanks', 'a  batch\t of\n\n  old\r\n', 'a batch of old'],
    ['other line separators', 'a\u2028batch\u00A0of\u000Bold', 'a batch of old'],
    ['nothing but blanks', ' \n\t ', ''],
    ['256 characters', 'x'.repeat(256), 'x'.repeat(256)],
    ['257 characters', 'x'.repeat(257), 'x'.repeat(256)],
    ['a blank where it is cut', `${'x'.repeat(255)} and more`, 'x'.repeat(255)],
    ['blanks that do not count', `${' '.repeat(300)}x`, 'x'],
    ['characters of two units, which are not cut in half', `x${'😀'.repeat(300)}`, `x${'😀'.repeat(255)}`],
  ])('has a reason on one short line: %s', (_name, text, reason) => {
    const annotations = { [annotationKeys.exempt]: 'cpu-request', [annotationKeys.exemptReason]: text };
    expect(readExemptions(annotations)).toEqual({ checks: ['cpu-request'], reason });
  });
});
