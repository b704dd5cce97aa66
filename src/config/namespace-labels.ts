import type { Configuration } from './configuration.ts';
import type { Mode } from './spec.ts';

export const labelPrefix = 'gracegate.dev/';

/** The labels of a namespace, one for each mode. The value names a profile; `off` opts out of a default. */
export const modeLabels: Readonly<Record<Mode, string>> = {
  mutate: 'gracegate.dev/mutate',
  enforce: 'gracegate.dev/enforce',
  warn: 'gracegate.dev/warn',
  audit: 'gracegate.dev/audit',
};

export const modes: readonly Mode[] = ['mutate', 'enforce', 'warn', 'audit'];

export const off = 'off';

/** The profile that labels and defaults name for a mode; undefined when the mode is off. */
export function namedProfile(
  labels: Readonly<Record<string, string>>,
  mode: Mode,
  { defaults }: Pick<Configuration, 'defaults'>,
): string | undefined {
  const name = labels[modeLabels[mode]] ?? defaults[mode];
  return name === off ? undefined : name;
}
