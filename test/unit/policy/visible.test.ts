import { describe, expect, it } from 'vitest';

import { clipped, clippedName, visible, visibleLine } from '../../../src/policy/visible.ts';

describe('text of others', () => {
  it.each([
    ['NUL', '\u0000', '\\u0000'],
    ['an escape sequence', '\u001B[31m', '\\u001b[31m'],
    ['a carriage return', 'a\rb', 'a\\u000db'],
    ['DEL', '\u007F', '\\u007f'],
    ['C1', '\u009B', '\\u009b'],
    ['overrides of direction', '\u202E\u2069\u200F\u061C', '\\u202e\\u2069\\u200f\\u061c'],
  ])('shows %s', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(visibleLine(text)).toBe(shown);
  });

  it('keeps all that is text', () => {
    const text = 'a\tb\n ü 漢 \u00A0 \u200D \u{1F642}';
    expect(visible(text)).toBe(text);
  });

  it('is one line where it has to be', () => {
    expect(visibleLine('a \n\n  b\tc')).toBe('a b\\u0009c');
    // As fast as it is long.
    expect(visibleLine(`${' '.repeat(1_000_000)}\nx`)).toBe('x');
  });
});

describe('names', () => {
  it('of up to 253 characters are shown whole, longer ones as far as that', () => {
    expect(clippedName('x'.repeat(253))).toBe('x'.repeat(253));
    expect(clippedName('x'.repeat(254))).toBe(`${'x'.repeat(253)} ...`);
  });

  it('are cut in no character', () => {
    expect(clipped('ab\u{1F642}', 3)).toBe('ab\uFFFD ...');
  });
});
