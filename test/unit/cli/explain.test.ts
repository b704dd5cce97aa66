import { describe, expect, it } from 'vitest';

import { explainCheck, listChecks } from '../../../src/cli/explain.ts';
import { checks } from '../../../src/policy/checks/registry.ts';

describe('explain', () => {
  it.each(checks)('has every section of $id, in order', (check) => {
    const text = explainCheck(check.id);
    const sections = [
      `${check.id}: ${check.title}\n\n`,
      `Why: ${check.rationale}\n\n`,
      `On the cluster: ${check.symptom}\n\n`,
      `Fix: ${check.remediation}\n\n`,
      ...(Object.keys(check.parameters).length === 0 ? [] : ['Parameters:\n']),
      'Bad:\n\n',
      'Good:\n\n',
      `Source: ${check.source}\n`,
    ];
    const places = sections.map((section) => text.indexOf(section));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text.endsWith(sections.at(-1) ?? '')).toBe(true);
  });

  it('shows the examples as they are, further in', () => {
    const [check] = checks;
    const quoted = (check?.examples.bad ?? '').split('\n').map((line) => (line === '' ? '' : `  ${line}`));
    expect(explainCheck(check?.id ?? '')).toContain(`Bad:\n\n${quoted.join('\n')}`);
  });

  it('names each parameter with its default', () => {
    expect(explainCheck('grace-period')).toMatch(/^Parameters:\n {2}minDrainSeconds \(10\): \S.*\n$/m);
    expect(explainCheck('cpu-request')).not.toContain('Parameters:');
  });

  it.each(['', 'cpu', 'constructor'])('knows no check %j, and says which it knows', (id) => {
    expect(() => explainCheck(id)).toThrow(
      `there is no check ${id}; known are ${checks.map((one) => one.id).join(', ')}`,
    );
  });
});

it('the list has a line for each check, with the titles in one column', () => {
  const lines = listChecks().trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(checks.map(({ id }) => id));
  const columns = checks.map(({ title }, index) => lines[index]?.indexOf(title));
  expect(new Set(columns).size).toBe(1);
});
