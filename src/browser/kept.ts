/** What survives a reload, in this tab of the browser alone: manifests may hold what is nobody else's business. */

type Key = 'text' | 'profile' | 'patched';

export function kept(key: Key): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function forget(key: Key): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Where nothing may be stored there is nothing.
  }
}

/** Does its best: where nothing may be stored, or not as much, the page works without. */
export function keep(key: Key, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Nothing is lost as long as the page is open; and a reload must not bring back what was there before.
    forget(key);
  }
}
