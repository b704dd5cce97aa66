import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../../src/policy/json.ts';
import {
  matchesLabels,
  matchesSelector,
  selectorProblem,
} from '../../../../src/policy/objects/label-selector.ts';
import { yaml, yamlObject } from '../objects.ts';

describe('matchesSelector', () => {
  const labels = yamlObject('{ app: web, tier: front, empty: "", constructor: built }');

  it.each([
    ['{}', true],
    ['{ matchLabels: {} }', true],
    ['{ matchLabels: null, matchExpressions: null }', true],
    ['{ matchExpressions: [] }', true],
    ['{ matchLabels: { app: web } }', true],
    ['{ matchLabels: { app: web, tier: front } }', true],
    ['{ matchLabels: { app: web, tier: back } }', false],
    ['{ matchLabels: { app: we } }', false],
    ['{ matchLabels: { other: web } }', false],
    ['{ matchLabels: { empty: "" } }', true],
    ['{ matchLabels: { empty: } }', true],
    ['{ matchLabels: { other: "" } }', false],
    ['{ matchExpressions: [{ key: app, operator: In, values: [db, web] }] }', true],
    ['{ matchExpressions: [{ key: app, operator: In, values: [db] }] }', false],
    ['{ matchExpressions: [{ key: other, operator: In, values: [web, ""] }] }', false],
    ['{ matchExpressions: [{ key: app, operator: NotIn, values: [db] }] }', true],
    ['{ matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }', false],
    ['{ matchExpressions: [{ key: other, operator: NotIn, values: [web] }] }', true],
    ['{ matchExpressions: [{ key: empty, operator: In, values: [null] }] }', true],
    ['{ matchExpressions: [{ key: app, operator: Exists }] }', true],
    ['{ matchExpressions: [{ key: empty, operator: Exists, values: [] }] }', true],
    ['{ matchExpressions: [{ key: other, operator: Exists }] }', false],
    ['{ matchExpressions: [{ key: app, operator: DoesNotExist }] }', false],
    ['{ matchExpressions: [{ key: other, operator: DoesNotExist, values: null }] }', true],
    // All must hold.
    ['{ matchLabels: { app: web }, matchExpressions: [{ key: tier, operator: Exists }] }', true],
    ['{ matchLabels: { app: db }, matchExpressions: [{ key: tier, operator: Exists }] }', false],
    ['{ matchExpressions: [{ key: app, operator: Exists }, { key: tier, operator: DoesNotExist }] }', false],
    // What every object inherits is no label.
    ['{ matchLabels: { constructor: built } }', true],
    ['{ matchExpressions: [{ key: toString, operator: Exists }] }', false],
    ['{ matchExpressions: [{ key: toString, operator: DoesNotExist }] }', true],
    // What the server drops on decoding.
    ['{ matchLabel: { app: db } }', true],
  ])('%s: %s', (selector, matches) => {
    expect(matchesSelector(yaml(selector), labels)).toBe(matches);
  });

  it('selects nothing where there is no selector', () => {
    expect(matchesSelector(undefined, labels)).toBe(false);
    expect(matchesSelector(null, labels)).toBe(false);
  });

  it('takes a label without a value for an empty one, and one that is no string for none', () => {
    const selector = yaml('{ matchExpressions: [{ key: app, operator: Exists }] }');
    expect(matchesSelector(selector, { app: null })).toBe(true);
    expect(matchesSelector(yaml('{ matchLabels: { app: "" } }'), { app: null })).toBe(true);
    expect(matchesSelector(selector, { app: 1 })).toBe(false);
    expect(matchesSelector(yaml('{ matchLabels: { app: "1" } }'), { app: 1 })).toBe(false);
  });
});

const long = 'x'.repeat(63);

describe('a selector that an API server', () => {
  it.each([
    ['{}'],
    ['{ matchLabels: { app: web, example.com/tier: "" }, matchExpressions: [] }'],
    [`{ matchLabels: { a.b/${long}: ${long}, A-b_c.d: 1-a_B.c } }`],
    [`{ matchLabels: { ${'a'.repeat(253)}/b: c } }`],
    ['{ matchExpressions: [{ key: a, operator: NotIn, values: [b, c] }, { key: a, operator: Exists }] }'],
  ])('accepts: %s', (selector) => {
    expect(selectorProblem(yaml(selector))).toBeUndefined();
  });

  it('does not get', () => {
    expect(selectorProblem(undefined)).toBeUndefined();
    expect(selectorProblem(null)).toBeUndefined();
  });

  it.each([
    ['[]', 'the selector is not an object'],
    ['app', 'the selector is not an object'],
    ['{ matchlabels: { app: web } }', 'a selector has no field "matchlabels"'],
    ['{ matchLabels: [app] }', 'matchLabels is not an object'],
    ['{ matchLabels: { app: 1 } }', 'matchLabels: the value of app is not a string'],
    ['{ matchLabels: { "": web } }', 'matchLabels: "" is not a label key'],
    ['{ matchLabels: { -app: web } }', 'matchLabels: "-app" is not a label key'],
    ['{ matchLabels: { /app: web } }', 'matchLabels: "/app" is not a label key'],
    ['{ matchLabels: { a/: web } }', 'matchLabels: "a/" is not a label key'],
    ['{ matchLabels: { a/b/c: web } }', 'matchLabels: "a/b/c" is not a label key'],
    ['{ matchLabels: { A.com/b: web } }', 'matchLabels: "A.com/b" is not a label key'],
    ['{ matchLabels: { a..b/c: web } }', 'matchLabels: "a..b/c" is not a label key'],
    ['{ matchLabels: { __proto__: web } }', 'matchLabels: "__proto__" is not a label key'],
    [`{ matchLabels: { ${long}x: web } }`, `matchLabels: "${long}x" is not a label key`],
    ['{ matchLabels: { app: "a b" } }', 'matchLabels: "a b" is not a label value'],
    ['{ matchLabels: { app: web- } }', 'matchLabels: "web-" is not a label value'],
    [`{ matchLabels: { app: ${long}x } }`, `matchLabels: "${long}x" is not a label value`],
    ['{ matchExpressions: {} }', 'matchExpressions is not a list'],
    ['{ matchExpressions: [app] }', 'matchExpressions[0] is not an object'],
    ['{ matchExpressions: [{ operator: Exists }] }', 'matchExpressions[0].key: "" is not a label key'],
    [
      '{ matchExpressions: [{ key: a, operator: Exists }, { key: a, operator: in, values: [b] }] }',
      'matchExpressions[1].operator is none of In, NotIn, Exists, DoesNotExist',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: constructor }] }',
      'matchExpressions[0].operator is none of In, NotIn, Exists, DoesNotExist',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: In }] }',
      'matchExpressions[0].values must not be empty with In',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: NotIn, values: [] }] }',
      'matchExpressions[0].values must not be empty with NotIn',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: Exists, values: [b] }] }',
      'matchExpressions[0].values must be empty with Exists',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: DoesNotExist, values: [b] }] }',
      'matchExpressions[0].values must be empty with DoesNotExist',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: In, values: b }] }',
      'matchExpressions[0].values is not a list',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: In, values: [1] }] }',
      'matchExpressions[0].values holds something that is no string',
    ],
    [
      '{ matchExpressions: [{ key: a, operator: In, values: [b, "a b"] }] }',
      'matchExpressions[0].values: "a b" is not a label value',
    ],
  ])('refuses: %s', (text, problem) => {
    const selector = yaml(text);
    expect(selectorProblem(selector)).toBe(problem);
    if (!problem.startsWith('a selector has')) expect(matchesSelector(selector, {})).toBe(false);
  });

  it('is told apart in linear time', () => {
    const start = performance.now();
    for (const piece of ['a', '-', 'a.', 'a/', 'a-']) {
      const text = piece.repeat(500_000);
      selectorProblem({ matchLabels: { [text]: '' } });
      selectorProblem({ matchLabels: { a: text } });
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('a selector with very many expressions', () => {
  const expressions = (operator: string, values: string[] | undefined) =>
    Array.from({ length: 30_000 }, (_, index) => ({ key: `k${index}`, operator, ...(values && { values }) }));

  it.each([
    ['DoesNotExist', undefined, { app: 'web' }, true],
    ['DoesNotExist', undefined, { k29999: 'a' }, false],
    ['NotIn', ['a'], { app: 'web', k1: 'b' }, true],
    ['NotIn', ['a'], { k29999: 'a' }, false],
    ['Exists', undefined, { app: 'web' }, false],
    ['In', ['a'], { k0: 'a' }, false],
  ])('of %s %j on %j: %s, by as many looks as there are labels', (operator, values, labels, matches) => {
    let looks = 0;
    const counted: JsonObject = new Proxy(labels, {
      getOwnPropertyDescriptor(target, key) {
        looks += 1;
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    });
    expect(matchesSelector({ matchExpressions: expressions(operator, values) }, counted)).toBe(matches);
    expect(looks).toBeLessThan(10);
  });
});

describe('matchesLabels', () => {
  const labels = JSON.parse('{ "app": "web", "tier": "front", "__proto__": "x" }') as JsonObject;

  it.each([
    ['{}', false],
    ['{ app: web }', true],
    ['{ app: web, tier: front }', true],
    ['{ app: web, tier: back }', false],
    ['{ app: web, other: x }', false],
    ['{ other: }', false],
    ['{ __proto__: x }', true],
    ['{ constructor: x }', false],
    ['{ app: [web] }', false],
    ['[app]', false],
    ['app', false],
  ])('%s: %s', (selector, matches) => {
    expect(matchesLabels(yaml(selector), labels)).toBe(matches);
  });

  it('selects nothing where there is no selector', () => {
    expect(matchesLabels(undefined, labels)).toBe(false);
    expect(matchesLabels(null, labels)).toBe(false);
  });

  it('takes a value that is missing for an empty one', () => {
    expect(matchesLabels({ app: null }, { app: '' })).toBe(true);
    expect(matchesLabels({ app: '' }, {})).toBe(false);
    expect(matchesLabels({ app: 1 }, { app: 1 })).toBe(false);
  });
});
