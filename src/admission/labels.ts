import type { Configuration } from '../config/configuration.ts';
import { modeLabels, namedProfile } from '../config/namespace-labels.ts';
import type { Mode } from '../config/spec.ts';
import type { Profile } from '../policy/profile.ts';
import type { NamespaceInfo } from './ports.ts';

/** Namespaces that no webhook of Gracegate touches, besides the one it runs in. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-node-lease'];

/** A profile for a mode, and what is to be said of the label. */
export interface Selected {
  readonly profile?: Profile;
  readonly warning?: string;
}

/**
 * The profile for a mode. A name that is not configured fails closed for enforce, which then means strict, as in Pod
 * Security Admission; the other modes ignore it with a warning.
 */
export function selectProfile(
  labels: NamespaceInfo['labels'],
  mode: Mode,
  configuration: Configuration,
): Selected {
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
