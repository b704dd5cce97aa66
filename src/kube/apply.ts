import type { Json } from '../policy/json.ts';
import type { KubeClient } from './client.ts';
import { persistently } from './patient.ts';

/**
 * Writes an object by server-side apply, as far as we name its fields: what is there is replaced, and a second time changes
 * nothing.
 */
export async function apply(client: KubeClient, path: string, object: object): Promise<void> {
  await persistently(() =>
    client.call(path, {
      method: 'PATCH',
      query: { fieldManager: 'gracegate', force: 'true' },
      // A person waits, and an exec plugin takes its time.
      timeoutMs: 60_000,
      contentType: 'application/apply-patch+yaml',
      body: object as Json,
    }),
  );
}
