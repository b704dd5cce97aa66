/** What survives a reload, in this tab of the browser alone: manifests may hold what is nobody else's business. */

type Key = 'text' | 'profile' | 'patched';

export function kept(key: Key): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Does its best: where nothing may be stored, or not as much, the page works without. */
export function keep(key: Key, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Nothing is lost as long as the page is open.
  }
}
