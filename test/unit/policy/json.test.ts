import { describe, expect, it } from 'vitest';

import { deepEqual, own, valueAt, type Json, type Path } from '../../../src/policy/json.ts';

const hostile = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as { [key: string]: Json };

describe('own', () => {
  it('reads own keys and never inherited ones', () => {
    expect(own(hostile, '__proto__')).toEqual({ a: 1 });
    expect(own(hostile, 'constructor')).toBe(2);
    expect(own({}, '__proto__')).toBeUndefined();
    expect(own({}, 'constructor')).toBeUndefined();
  });
});

describe('valueAt', () => {
  const root: Json = { a: [{ b: null }, 'text'], hostile };
  it.each<[Path, Json | undefined]>([
    [[], root],
    [['a', 0, 'b'], null],
    [['a', 1], 'text'],
    [['a', 2], undefined],
    [['a', 1, 'length'], undefined],
    [['a', 'length'], undefined],
    [['a', 0, 'b', 'c'], undefined],
    [['toString'], undefined],
    [['hostile', '__proto__', 'a'], 1],
  ])('%j', (path, value) => {
    expect(valueAt(root, path)).toEqual(value);
  });
});

describe('deepEqual', () => {
  it.each<[Json | undefined, Json | undefined, boolean]>([
    [1, 1, true],
    [1, '1', false],
    [null, undefined, false],
    [null, {}, false],
    [[], {}, false],
    [{}, [], false],
    [[1, [2]], [1, [2]], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1, b: [{}] }, { b: [{}], a: 1 }, true],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: undefined }, {}, true],
    [{ a: undefined }, { a: null }, false],
    [{}, hostile, false],
    [hostile, structuredClone(hostile), true],
    [{ toString: 1 }, { valueOf: 1 }, false],
  ])('%j and %j: %s', (a, b, equal) => {
    expect(deepEqual(a, b)).toBe(equal);
    expect(deepEqual(b, a)).toBe(equal);
  });
});
