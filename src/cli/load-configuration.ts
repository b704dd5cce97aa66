import { readFile } from 'node:fs/promises';
import type { Configuration } from '../config/configuration.ts';
import { defaultConfiguration, parseConfiguration } from '../config/load.ts';
import { reason } from '../manifests/reason.ts';
import { UserError } from './errors.ts';

/** The configuration of a file, or the built-in one. Throws what the user must read. */
export async function loadConfiguration(file: string | undefined): Promise<Configuration> {
  if (file === undefined) return defaultConfiguration();
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the configuration ${file}: ${reason(error)}`, { cause: error });
  }
  return parseConfiguration(text, file);
}
