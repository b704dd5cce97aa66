import { expect, it } from 'vitest';
import { coalesced } from '../../../src/kube/coalesce.ts';

/** A read that ends when the test says so. */
function controlled() {
  const begun: { key: string; end: PromiseWithResolvers<string> }[] = [];
  const read = coalesced((key: string) => {
    const end = Promise.withResolvers<string>();
    begun.push({ key, end });
    return end.promise;
  });
  return { begun, read };
}

it('a call joins no read that began before it; all that come meanwhile share the next', async () => {
  const { begun, read } = controlled();
  const first = read('shop');
  const others = [read('shop'), read('shop'), read('shop')];
  expect(begun).toHaveLength(1);
  begun[0]?.end.resolve('old');
  expect(await first).toBe('old');
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.end.resolve('new');
  expect(await Promise.all(others)).toEqual(['new', 'new', 'new']);
  expect(begun).toHaveLength(2);
});

it('calls go on after a failure, which only those hear that waited for it', async () => {
  const { begun, read } = controlled();
  const first = read('shop');
  const second = read('shop');
  begun[0]?.end.reject(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.end.resolve('back');
  expect(await second).toBe('back');
});

it('another key does not wait, and after a pause a call reads at once', async () => {
  const { begun, read } = controlled();
  const pair = [read('shop'), read('bank')];
  expect(begun.map(({ key }) => key)).toEqual(['shop', 'bank']);
  for (const { end } of begun) end.resolve('');
  await Promise.all(pair);
  void read('shop');
  expect(begun).toHaveLength(3);
});
