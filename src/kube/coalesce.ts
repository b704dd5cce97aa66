/**
 * Lets calls with the same key share a read, so that a storm of refusals does not become a storm on the API server. A call
 * never joins a read that began before it, because that may not have seen what the call must see: it waits for the next
 * one, which all that came meanwhile share. So there is at most one read at a time for each key.
 */
export function coalesced<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const running = new Map<string, { current: Promise<unknown>; next?: Promise<T> }>();

  const begin = (key: string): Promise<T> => {
    const result = read(key);
    const entry: { current: Promise<unknown>; next?: Promise<T> } = { current: result };
    running.set(key, entry);
    const forget = (): void => {
      // Who waits begins the next read, which then stands here.
      if (running.get(key) === entry && entry.next === undefined) running.delete(key);
    };
    result.then(forget, forget);
    return result;
  };

  return (key) => {
    const entry = running.get(key);
    if (entry === undefined) return begin(key);
    entry.next ??= entry.current.then(
      () => begin(key),
      () => begin(key),
    );
    return entry.next;
  };
}
