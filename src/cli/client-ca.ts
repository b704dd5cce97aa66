import { readFile } from 'node:fs/promises';
import { reason } from '../manifests/reason.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { certificatesOf } from '../tls/bundle.ts';
import { UserError } from './errors.ts';
import { onFileChange } from './watch-file.ts';

/** A file that is being replaced may be whole a moment later, without another change. */
const retryMs = 5000;

/** The CA that clients must be of. */
export interface ClientCa {
  /** PEM; undefined when every client is heard. */
  caPem(): string | undefined;
  onChange(listener: () => void): void;
  close(): void;
}

/**
 * Reads a file of CAs and follows it. One that cannot be read, or holds no certificate, never replaces a good one: an
 * empty list would lock everybody out.
 * @throws UserError when there is no good one to begin with
 */
export async function holdClientCa(
  options: { readonly caFile: string } | undefined,
  logger: Logger,
  metrics: Metrics,
): Promise<ClientCa> {
  if (options === undefined)
    return { caPem: () => undefined, onChange: () => undefined, close: () => undefined };
  const { caFile } = options;
  let pem = await read(caFile);
  let changed: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const reload = async (): Promise<void> => {
    const before = pem;
    clearTimeout(timer);
    try {
      pem = await read(caFile);
      changed();
      metrics.reloaded('client-ca', true);
      logger.info({ caFile }, 'the client CA was reloaded');
    } catch (error) {
      pem = before;
      timer = setTimeout(() => void reload(), retryMs).unref();
      metrics.reloaded('client-ca', false);
      const message = error instanceof Error ? error.message : String(error);
      logger.error({ reason: message }, 'the new client CA is refused, the old one stays');
    }
  };
  metrics.loaded('client-ca');
  const stop = onFileChange(caFile, () => void reload());
  return {
    caPem: () => pem,
    onChange: (listener) => {
      changed = listener;
    },
    close() {
      clearTimeout(timer);
      stop();
    },
  };
}

async function read(file: string): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the client CA ${file}: ${reason(error)}`, { cause: error });
  }
  if (certificatesOf(pem).length === 0)
    throw new UserError(
      `${file} holds no certificate; it should be the CA of the API server's clients in PEM`,
    );
  return pem;
}
