/** Runs an action over items, a bounded number at once, and gives the results in order. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  action: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await action(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
