import { describe, expect, it, vi } from 'vitest';

import { holdPair } from '../../../src/tls/holder.ts';
import type { ServingPair } from '../../../src/tls/source.ts';

type Listener = (pair: ServingPair) => void;

const pair = (certificatePem: string): ServingPair => ({
  certificatePem,
  keyPem: 'key',
  notAfter: new Date(0),
});

describe('holdPair', () => {
  it('serves the latest pair and tells listeners of replacements only', () => {
    const holder = holdPair(pair('a'));
    const listener = vi.fn<Listener>();
    holder.onChange(listener);
    expect(holder.current()).toEqual(pair('a'));
    expect(listener).not.toHaveBeenCalled();

    holder.replace(pair('b'));
    expect(holder.current()).toEqual(pair('b'));
    expect(listener.mock.calls).toEqual([[pair('b')]]);
  });

  it('ends one registration at a time, also of the same function', () => {
    const holder = holdPair(pair('a'));
    const listener = vi.fn<Listener>();
    const end = holder.onChange(listener);
    holder.onChange(listener);
    end();
    end();
    holder.replace(pair('b'));
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('tells everyone although one listener fails, and hands its error back', () => {
    const holder = holdPair(pair('a'));
    const listener = vi.fn<Listener>();
    const failure = new Error('no');
    holder.onChange(() => {
      throw failure;
    });
    holder.onChange(listener);
    expect(() => holder.replace(pair('b'))).toThrow(expect.objectContaining({ errors: [failure] }));
    expect(listener).toHaveBeenCalledWith(pair('b'));
    expect(holder.current()).toEqual(pair('b'));
  });

  it('stands still once closed', () => {
    const holder = holdPair(pair('a'));
    const listener = vi.fn<Listener>();
    holder.onChange(listener);
    holder.close();
    holder.close();
    holder.onChange(listener);
    holder.replace(pair('b'));
    expect(listener).not.toHaveBeenCalled();
    expect(holder.current()).toEqual(pair('a'));
  });
});
