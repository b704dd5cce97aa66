import type { Configuration } from '../config/configuration.ts';
import type { Mode } from '../config/spec.ts';
import type { Profile } from '../policy/profile.ts';
import type { NamespaceInfo } from './ports.ts';

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

/** Namespaces that no webhook of Gracegate touches, besides the one it runs in. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-node-lease'];

type Labels = NamespaceInfo['labels'];

/** The profile that labels and defaults name for a mode; undefined when the mode is off. */
export function namedProfile(labels: Labels, mode: Mode, { defaults }: Configuration): string | undefined {
  const label = labels[modeLabels[mode]];
  const name = label ?? defaults[mode];
  return name === off ? undefined : name;
}

/** A profile for a mode, and what is to be said of the label. */
export interface Selected {
  readonly profile?: Profile;
  readonly warning?: string;
}

/**
 * The profile for a mode. A name that is not configured fails closed for enforce, which then means strict, as in Pod
 * Security Admission; the other modes ignore it with a warning.
 */
export function selectProfile(labels: Labels, mode: Mode, configuration: Configuration): Selected {
  const name = namedProfile(labels, mode, configuration);
  if (name === undefined) return {};
  const profile = configuration.profiles.get(name);
  if (profile !== undefined) return { profile };
  const label = `${modeLabels[mode]}=${name}`;
  const strict = configuration.profiles.get('strict');
  if (mode === 'enforce' && strict !== undefined) {
    return {
      profile: strict,
      warning: `namespace label ${label} names no profile; strict is enforced instead`,
    };
  }
  return { warning: `namespace label ${label} names no profile; it is ignored` };
}
