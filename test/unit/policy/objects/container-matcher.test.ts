import { describe, expect, it } from 'vitest';

import { containerMatcher } from '../../../../src/policy/objects/container-matcher.ts';
import { containerView } from '../objects.ts';

const proxy = containerView('{ name: istio-proxy, image: "docker.io/istio/proxyv2:1.30.0" }');

describe('containerMatcher', () => {
  it.each([
    ['nothing', {}, false],
    ['the name', { names: ['istio-proxy'] }, true],
    ['a part of the name', { names: ['istio'] }, false],
    ['one of several names', { names: ['linkerd-proxy', 'istio-proxy'] }, true],
    ['a glob at the end', { names: ['istio-*'] }, true],
    ['a glob at the start', { names: ['*-proxy'] }, true],
    ['a glob in the middle', { names: ['i*y'] }, true],
    ['a glob for nothing', { names: ['istio-proxy*'] }, true],
    ['everything', { names: ['*'] }, true],
    ['a glob that is anchored', { names: ['proxy*'] }, false],
    ['an image', { images: ['docker.io/istio/proxyv2:1.30.0'] }, true],
    ['an image by glob, over slashes', { images: ['*/proxyv2:*'] }, true],
    ['a dot, literally', { images: ['docker?io/istio/*'] }, false],
    ['a dot, literally, in a glob', { images: ['dockerXio/*'] }, false],
    ['an image pattern, not on the name', { images: ['istio-proxy'] }, false],
  ])('by %s', (_name, patterns, matches) => {
    expect(containerMatcher(patterns)(proxy)).toBe(matches);
  });

  it('takes characters of regular expressions literally', () => {
    const odd = containerView('{ name: "a+(b)[c]{d}^$|\\\\.x" }');
    expect(containerMatcher({ names: ['a+(b)[c]{d}^$|\\.*'] })(odd)).toBe(true);
    expect(containerMatcher({ names: ['.*'] })(odd)).toBe(false);
  });
});
