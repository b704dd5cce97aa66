import { expect, it } from 'vitest';

import { askedBy, metricOf, withVariables } from './expressions.ts';

it.each<[string, string[], string[]]>([
  ['absent(gracegate_ready == 1)', ['gracegate_ready'], []],
  ['up == 0 and on (namespace, job) gracegate_ready', ['up', 'gracegate_ready'], ['namespace', 'job']],
  ['sum by (a) (rate(m{b="}", c=~"x|y"}[5m])) / 2', ['m{b="}", c=~"x|y"}'], ['a']],
  ['sum(rate(m[5m] offset 1h)) by (le)', ['m'], ['le']],
  ['a > bool 1 or (b unless c) - time()', ['a', 'b', 'c'], []],
  ['histogram_quantile(0.99, sum without (pod) (rate(h_bucket[1m])))', ['h_bucket'], ['pod']],
  ['a - 48 * 3600 < 1e3', ['a'], []],
  ['{__name__="x"}', ['{__name__="x"}'], []],
  ['label_replace(a, "b", "c", "d", "e")', ['a'], []],
  ['a and (b)', ['a', 'b'], []],
])('%s', (expression, selectors, groupedBy) => {
  expect(askedBy(expression)).toEqual({ selectors, groupedBy });
});

it('the metric of a selector', () => {
  expect(['up', 'm{a="b"}', '{a="b"}'].map(metricOf)).toEqual(['up', 'm', '']);
});

it('variables are put in, and an unknown one is an error', () => {
  const values = { job: 'gracegate', __range: '5m' };
  expect(withVariables('a{job=~"$job"}[$__range] + b{job="${job}"}', values)).toBe(
    'a{job=~"gracegate"}[5m] + b{job="gracegate"}',
  );
  expect(() => withVariables('a{pod="$pod"}', values)).toThrow('the variable $pod is not known');
});
