import { describe, expect, it } from 'vitest';
import { reportFormats } from '../../../src/report/formats.ts';
import { everything, print } from './sample-audits.ts';

describe('the formats of a report', () => {
  it('have names of their own, and say for whom they are', () => {
    const names = reportFormats.map(({ name }) => name);
    expect(names).toEqual(['table', 'json', 'sarif', 'junit', 'github', 'policy-report', 'html']);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, description } of reportFormats) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(description).toMatch(/^[^\n]*[^.\n]$/);
    }
  });

  it.each(reportFormats)(
    'as $name end with a line, and are the same bytes for the same audit',
    ({ factory }) => {
      const text = print(factory, everything);
      expect(text).toMatch(/\S\n$/);
      expect(print(factory, everything)).toBe(text);
    },
  );
});
