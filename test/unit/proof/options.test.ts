import { describe, expect, it } from 'vitest';
import { readOptions, USAGE } from '../../../scripts/proof/options.ts';

describe('the command line of the proof', () => {
  it.each([
    [[], { mode: 'graceful', output: 'proof.html' }],
    [['--mode', 'exit'], { mode: 'exit', output: 'proof.html' }],
    [['--output', 'a.html', '--picture', 'a.svg'], { mode: 'graceful', output: 'a.html', picture: 'a.svg' }],
    [['--help'], undefined],
  ])('%j', (args, expected) => {
    expect(readOptions(args)).toEqual(expected);
  });

  it.each([
    [['--mode', 'kill'], '--mode must be graceful or exit, not kill'],
    [['--verbose'], "Unknown option '--verbose'"],
    [['page.html'], "Unexpected argument 'page.html'"],
    [['--output'], "'--output <value>' argument missing"],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });

  it('explains every option', () => {
    for (const option of ['--mode', '--output', '--picture'])
      expect(USAGE).toMatch(new RegExp(`^  ${option} `, 'm'));
  });
});
