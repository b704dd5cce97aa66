/** The program of ours that runs cert-manager's controllers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('main.go', import.meta.url));

export const certManagerSource = {
  file,
  /** Tells one state of it from another. */
  hash: createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 8),
};
