import type { NamespaceInfo } from '../admission/ports.ts';
import { modeLabels } from '../config/namespace-labels.ts';
import type { Configuration } from '../config/configuration.ts';
import { reloadObjection } from '../config/reload.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { loadConfiguration } from './load-configuration.ts';
import { onFileChange } from './watch-file.ts';

export interface ConfigurationHolder {
  current(): Configuration;
  close(): void;
}

/**
 * Holds the configuration that is running and follows its file. A file that is broken, or that would leave a namespace
 * without its profile, never replaces the good one.
 */
export async function holdConfiguration(
  file: string | undefined,
  namespaces: () => Iterable<NamespaceInfo>,
  logger: Logger,
  metrics: Metrics,
): Promise<ConfigurationHolder> {
  let running = await loadConfiguration(file);
  if (file === undefined) return { current: () => running, close: () => undefined };
  const reload = async (): Promise<void> => {
    let objection: string | undefined;
    try {
      const next = await loadConfiguration(file);
      objection = reloadObjection(running, next, profilesInUse(namespaces()));
      if (objection === undefined) running = next;
    } catch (error) {
      objection = error instanceof Error ? error.message : String(error);
    }
    metrics.reloaded('configuration', objection === undefined);
    if (objection === undefined) logger.info({ file }, 'the configuration was reloaded');
    else logger.error({ file, reason: objection }, 'the new configuration is refused, the old one stays');
  };
  metrics.loaded('configuration');
  const stop = onFileChange(file, () => void reload());
  return { current: () => running, close: stop };
}

function profilesInUse(namespaces: Iterable<NamespaceInfo>): Map<string, string> {
  const used = new Map<string, string>();
  for (const { name, labels } of namespaces) {
    for (const label of Object.values(modeLabels)) {
      const profile = labels[label];
      if (profile !== undefined) used.set(profile, name);
    }
  }
  return used;
}
