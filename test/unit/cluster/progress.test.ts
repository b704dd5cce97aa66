import { describe, expect, it, vi, onTestFinished } from 'vitest';
import { formatElapsed, withProgress } from '../../cluster/progress.ts';

function recorder(
  isTTY: boolean,
  columns = 30,
): { written: string[]; isTTY: boolean; columns: number; write(text: string): void } {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text) => void written.push(text) };
}

/** Work that takes 2.5 s of a clock that does not. */
async function work(stream: ReturnType<typeof recorder>, fails = false): Promise<void> {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const result = withProgress(
    'Building',
    async (progress) => {
      progress.update('a package with a rather long name');
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      if (fails) {
        throw new Error('no');
      }
    },
    stream,
  );
  await Promise.all([result, vi.advanceTimersByTimeAsync(2_500)]);
}

describe('withProgress', () => {
  it('writes a start and an end line to a pipe', async () => {
    const stream = recorder(false);
    await work(stream);
    expect(stream.written).toEqual(['Building ...\n', 'Building: done after 2.5s\n']);
  });

  it('redraws one line on a terminal, within its width', async () => {
    const stream = recorder(true);
    await work(stream);
    expect(stream.written).toEqual([
      'Building ...\n',
      '\r\u001B[KBuilding: 1.0s a package with',
      '\r\u001B[KBuilding: 2.0s a package with',
      '\r\u001B[KBuilding: done after 2.5s\n',
    ]);
  });

  it('says that it failed, and fails', async () => {
    const stream = recorder(false);
    await expect(work(stream, true)).rejects.toThrow('no');
    expect(stream.written.at(-1)).toBe('Building: failed after 2.5s\n');
  });
});

describe('formatElapsed', () => {
  it.each([
    [400, '0.4s'],
    [59_900, '59.9s'],
    [245_900, '4m05s'],
  ])('%d ms', (milliseconds, text) => {
    expect(formatElapsed(milliseconds)).toBe(text);
  });
});
