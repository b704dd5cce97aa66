import { describe, expect, it } from 'vitest';
import { minorOf, selectRelease, supportedReleases } from '../../cluster/versions.ts';

describe('selectRelease', () => {
  it.each([undefined, '', '  '])('takes the newest supported minor for %j', (wanted) => {
    expect(selectRelease(wanted)).toEqual(supportedReleases()[0]);
  });

  it('takes the pinned patch of a minor', () => {
    expect(selectRelease('1.36')).toEqual({ version: '1.36.4', minor: 36, exact: false });
  });

  it.each(['1.36.2', 'v1.36.2'])('takes the patch of %s literally', (wanted) => {
    expect(selectRelease(wanted)).toEqual({ version: '1.36.2', minor: 36, exact: true });
  });

  it.each(['1.12', '1.12.3', '1.x', '2.37', '37', '1.36.2-rc.0', 'latest'])(
    'refuses %s and lists what is supported',
    (wanted) => {
      expect(() => selectRelease(wanted)).toThrow(
        `"${wanted}" is not a supported Kubernetes version (GRACEGATE_K8S); supported are 1.37 (1.37.1), 1.36 (1.36.4), 1.35 (1.35.8), 1.34 (1.34.4)`,
      );
    },
  );
});

describe('supportedReleases', () => {
  it('goes from the newest minor down without a gap', () => {
    const minors = supportedReleases().map(({ minor }) => minor);
    const newest = minors[0] ?? NaN;
    expect(minors).toEqual(minors.map((_, index) => newest - index));
  });
});

describe('minorOf', () => {
  it.each([
    ['1.37.1', 37],
    ['v1.36.4', 36],
    ['v1.35.0+k3s1', 35],
  ])('reads %s', (version, minor) => {
    expect(minorOf(version)).toBe(minor);
  });
});
