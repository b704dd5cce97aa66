import { describe, expect, it } from 'vitest';

import type { Json } from '../../../../src/policy/json.ts';
import {
  containerDefaults,
  limitBelowRequest,
  limitBreaches,
  limitRangeOf,
  readLimitRange,
  type LimitRange,
} from '../../../../src/policy/resources/limit-range.ts';
import { parseQuantity } from '../../../../src/policy/resources/quantity.ts';
import type { ResourceAmounts } from '../../../../src/policy/resources/resources.ts';
import { limitRanges, yaml, yamlObject } from '../objects.ts';

function defaultsOf(ranges: readonly LimitRange[]) {
  const { requests, limits } = containerDefaults(ranges);
  return { requests: [...requests], limits: [...limits] };
}

describe('a LimitRange', () => {
  it.each([
    ['metadata: { name: limits, namespace: shop }', 'LimitRange shop/limits'],
    ['metadata: { name: limits }', 'LimitRange limits'],
    ['{}', 'LimitRange '],
  ])('with %s is called %s', (object, source) => {
    expect(readLimitRange(yamlObject(object)).source).toBe(source);
  });

  it.each(['{}', 'spec: null', 'spec: { limits: null }', 'spec: { limits: [null, 7, Container] }'])(
    'without items, such as %s, limits nothing',
    (object) => {
      expect(readLimitRange(yamlObject(object)).items).toEqual([]);
    },
  );

  it('counts what is malformed in an item as absent', () => {
    const [range] = limitRanges(
      '[{ type: [Container] }, { type: Container, max: [cpu], min: { cpu: much, memory: null } }]',
    );
    expect(range?.items.map(({ type, min, max }) => [type, min.size, max.size])).toEqual([
      ['', 0, 0],
      ['Container', 0, 0],
    ]);
  });
});

describe('the defaults of a stored LimitRange', () => {
  it.each<[string, string, ReturnType<typeof defaultsOf>]>([
    ['none', '{}', { requests: [], limits: [] }],
    [
      'default from max, defaultRequest from default',
      'max: { cpu: 2 }',
      { requests: [['cpu', '2']], limits: [['cpu', '2']] },
    ],
    [
      'defaultRequest from default',
      'default: { cpu: 1 }',
      { requests: [['cpu', '1']], limits: [['cpu', '1']] },
    ],
    ['defaultRequest from min', 'min: { cpu: 50m }', { requests: [['cpu', '50m']], limits: [] }],
    [
      'defaultRequest from default rather than from min',
      'min: { cpu: 50m }, max: { cpu: 2 }',
      { requests: [['cpu', '2']], limits: [['cpu', '2']] },
    ],
    [
      'nothing where there is something',
      'min: { cpu: 50m }, defaultRequest: { cpu: 100m }, default: { cpu: 1 }, max: { cpu: 2 }',
      { requests: [['cpu', '100m']], limits: [['cpu', '1']] },
    ],
    [
      'each resource by itself',
      'max: { cpu: 2 }, min: { memory: 1Gi }',
      {
        requests: [
          ['cpu', '2'],
          ['memory', '1Gi'],
        ],
        limits: [['cpu', '2']],
      },
    ],
    ['a ratio sets nothing', 'maxLimitRequestRatio: { cpu: 2 }', { requests: [], limits: [] }],
    ['thousandths at the finest', 'defaultRequest: { cpu: 0.1m }', { requests: [['cpu', '1m']], limits: [] }],
    ['numbers of YAML', 'defaultRequest: { cpu: 0.5 }', { requests: [['cpu', '500m']], limits: [] }],
  ])('%s', (_name, item, defaults) => {
    const limits = yaml(`[{ type: Container ${item === '{}' ? '' : `, ${item}`} }]`) as readonly Json[];
    expect(defaultsOf([limitRangeOf('test', limits)])).toEqual(defaults);
  });

  it.each(['Pod', 'PersistentVolumeClaim', 'container', ''])('are not set for type %j', (type) => {
    expect(
      defaultsOf(limitRanges(`[{ type: "${type}", max: { cpu: 1 }, defaultRequest: { cpu: 1 } }]`)),
    ).toEqual({
      requests: [],
      limits: [],
    });
  });

  it('come from the first of several LimitRanges that names a resource', () => {
    const ranges = [
      ...limitRanges('[{ type: Container, defaultRequest: { cpu: 100m } }]'),
      ...limitRanges('[{ type: Container, max: { cpu: 2, memory: 1Gi } }]'),
    ];
    expect(defaultsOf(ranges)).toEqual({
      requests: [
        ['cpu', '100m'],
        ['memory', '1Gi'],
      ],
      limits: [
        ['cpu', '2'],
        ['memory', '1Gi'],
      ],
    });
  });

  it('are sorted by resource, so that patches are the same every time', () => {
    const names = ['memory', 'cpu', 'example.com/device'];
    const item = { type: 'Container', default: Object.fromEntries(names.map((name) => [name, '1'])) };
    expect([...containerDefaults([limitRangeOf('test', [item])]).limits.keys()]).toEqual(names.toSorted());
  });
});

/** The amounts of one resource; none where it is absent. */
function amounts(text: string | undefined): ResourceAmounts {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  return new Map(quantity === undefined ? [] : [['cpu', quantity]]);
}

/** Rule and finding of each breach of an item by a request and a limit. */
function breaches(item: string, request?: string, limit?: string): (string | undefined)[][] {
  const [range] = limitRanges(`[{ type: Pod, ${item} }]`);
  return (range?.items ?? []).flatMap((one) =>
    limitBreaches(one, amounts(request), amounts(limit)).map(({ rule, found }) => [rule, found]),
  );
}

describe('how amounts break an item', () => {
  it.each<[string, string | undefined, string | undefined, (string | undefined)[]?]>([
    ['min: { cpu: 1 }', '1', undefined],
    ['min: { cpu: 1 }', '1', '1'],
    ['min: { cpu: 1 }', '1000m', '2'],
    ['min: { cpu: 1 }', undefined, undefined, ['min-no-request', undefined]],
    ['min: { cpu: 1 }', undefined, '2', ['min-no-request', undefined]],
    ['min: { cpu: 1 }', '999m', undefined, ['min-request', '999m']],
    ['min: { cpu: 1 }', '0', undefined, ['min-request', '0']],
    ['min: { cpu: 1 }', '999m', '500m', ['min-request', '999m']],
    ['min: { cpu: 1 }', '1', '500m', ['min-limit', '500m']],
    ['min: { cpu: 0 }', undefined, undefined, ['min-no-request', undefined]],

    ['max: { cpu: 1 }', undefined, '1'],
    ['max: { cpu: 1 }', '1', '1'],
    ['max: { cpu: 1 }', '1', undefined, ['max-no-limit', undefined]],
    ['max: { cpu: 1 }', undefined, undefined, ['max-no-limit', undefined]],
    ['max: { cpu: 1 }', undefined, '1001m', ['max-limit', '1001m']],
    ['max: { cpu: 1 }', '2', '3', ['max-limit', '3']],
    ['max: { cpu: 1 }', '2', '1', ['max-request', '2']],

    ['maxLimitRequestRatio: { cpu: 2 }', '1', '2'],
    ['maxLimitRequestRatio: { cpu: 2 }', '1', '1'],
    ['maxLimitRequestRatio: { cpu: 2 }', '1', '2001m', ['ratio', '2.001']],
    ['maxLimitRequestRatio: { cpu: 1.5 }', '200m', '300m'],
    ['maxLimitRequestRatio: { cpu: 1.5 }', '200m', '301m', ['ratio', '1.505']],
    ['maxLimitRequestRatio: { cpu: 3 }', '100m', '300m'],
    ['maxLimitRequestRatio: { cpu: 3 }', '300m', '1', ['ratio', '3.333333']],
    ['maxLimitRequestRatio: { cpu: 2 }', undefined, '1', ['ratio-no-request', undefined]],
    ['maxLimitRequestRatio: { cpu: 2 }', '0', '1', ['ratio-no-request', undefined]],
    ['maxLimitRequestRatio: { cpu: 2 }', '1', undefined, ['ratio-no-limit', undefined]],
    ['maxLimitRequestRatio: { cpu: 2 }', '1', '0', ['ratio-no-limit', undefined]],
    ['maxLimitRequestRatio: { cpu: 2 }', undefined, undefined, ['ratio-no-request', undefined]],
    ['maxLimitRequestRatio: { cpu: 1E }', '1', '2E', ['ratio', '2000000000000000000']],

    // In thousandths, rounded up, as long as everything fits in 64 bits; else in whole units.
    ['min: { cpu: 1m }', '1n', undefined],
    ['min: { cpu: "9223372036854775.9" }', '9223372036854775.1', undefined],
    [
      'min: { cpu: "9223372036854774.9" }',
      '9223372036854774.1',
      undefined,
      ['min-request', '9223372036854774100m'],
    ],
    [
      'max: { cpu: "9223372036854776" }',
      undefined,
      '9223372036854776.1',
      ['max-limit', '9223372036854776100m'],
    ],
  ])('%s, request %s, limit %s', (item, request, limit, breach) => {
    expect(breaches(item, request, limit)).toEqual(breach === undefined ? [] : [breach]);
  });

  it('come in the order min, max, ratio and by the name of the resource', () => {
    const bounds = '{ memory: 1, cpu: 1 }';
    const [range] = limitRanges(
      `[{ type: Pod, maxLimitRequestRatio: ${bounds}, max: ${bounds}, min: ${bounds} }]`,
    );
    const [item] = range?.items ?? [];
    expect(
      item && limitBreaches(item, new Map(), new Map()).map(({ rule, resource }) => [rule, resource]),
    ).toEqual([
      ['min-no-request', 'cpu'],
      ['min-no-request', 'memory'],
      ['max-no-limit', 'cpu'],
      ['max-no-limit', 'memory'],
      ['ratio-no-request', 'cpu'],
      ['ratio-no-request', 'memory'],
    ]);
  });

  it('name the bound in canonical form', () => {
    const [range] = limitRanges('[{ type: Pod, min: { memory: 1.5Gi } }]');
    const [item] = range?.items ?? [];
    expect(item && limitBreaches(item, new Map(), new Map())).toEqual([
      { rule: 'min-no-request', resource: 'memory', bound: '1536Mi' },
    ]);
  });
});

describe('a limit below a request', () => {
  it.each<[string, string | undefined, boolean]>([
    ['1', '1001m', true],
    ['1', '1', false],
    ['1', '999m', false],
    ['1', undefined, false],
    ['much', '1', false],
  ])('%s and %s: %s', (limit, request, expected) => {
    expect(limitBelowRequest(limit, amounts(request).get('cpu'))).toBe(expected);
  });
});
