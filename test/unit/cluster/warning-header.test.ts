import { describe, expect, it } from 'vitest';
import { parseWarnings } from '../../cluster/warning-header.ts';

/** The bytes of UTF-8 text as Node hands header values over. */
function asHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

describe('parseWarnings', () => {
  it.each<[title: string, headers: string[], warnings: string[]]>([
    ['no header', [], []],
    ['one warning', ['299 - "use v1"'], ['use v1']],
    ['several headers', ['299 - "one"', '299 - "two"'], ['one', 'two']],
    ['several warnings in one header', ['299 - "one, still one", 299 - "two"'], ['one, still one', 'two']],
    [
      'escaped quotes and backslashes',
      [String.raw`299 - "say \"hi\" to C:\\dir"`],
      [String.raw`say "hi" to C:\dir`],
    ],
    [
      'an escaped backslash before the closing quote',
      [String.raw`299 - "dir\\", 299 - "next"`],
      ['dir\\', 'next'],
    ],
    ['a text that looks like the next warning', [String.raw`299 - "a\", 299 - \"b"`], ['a", 299 - "b']],
    ['an agent and a date', ['299 apiserver "old" "Tue, 15 Nov 1994 08:12:31 GMT"'], ['old']],
    ['an empty text', ['299 - ""'], ['']],
    ['another code', ['199 - "misc", 299 - "kept"'], ['kept']],
    ['UTF-8', [asHeader('299 - "kein Müll – 本"')], ['kein Müll – 本']],
    ['what is not a warning', ['nonsense', '299 - unquoted', '299 - "open'], []],
    ['rubbish after a warning', ['299 - "kept", rubbish'], ['kept']],
  ])('%s', (_title, headers, warnings) => {
    expect(parseWarnings(headers)).toEqual(warnings);
  });
});
