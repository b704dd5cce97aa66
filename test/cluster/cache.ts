/** Where the harness keeps what is expensive to make. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** GRACEGATE_CACHE, or `~/.cache/gracegate`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env['GRACEGATE_CACHE'] ?? join(homedir(), '.cache', 'gracegate');
}
