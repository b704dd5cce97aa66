import type { AdmissionContext } from '../../../src/admission/context.ts';
import type { NamespaceInfo, RelatedSource, WorkloadSource } from '../../../src/admission/ports.ts';
import type { Mode } from '../../../src/config/spec.ts';
import type { LimitRange } from '../../../src/policy/resources/limit-range.ts';
import { configuredWithFewChecks } from '../config/configurations.ts';
import { limitRanges } from '../policy/objects.ts';
import { recording, type Recording } from './recording.ts';

/** Labels of a namespace by mode: `{ enforce: 'baseline' }`. */
export type ModeLabels = Partial<Readonly<Record<Mode, string>>>;

/** What Gracegate finds when a review of the namespace shop comes in. */
export interface Situation {
  /** The configuration, below its first two lines. */
  readonly config?: string;
  /** Labels of the namespace in the cache; `unknown` when the cache lacks it. None when absent. */
  readonly labels?: ModeLabels | 'unknown';
  /** Labels that a live read gives; what the cache has when absent. */
  readonly liveLabels?: ModeLabels | 'gone' | Error;
  /** Items of a LimitRange in the cache, in YAML. */
  readonly limits?: string;
  /** Those that a live read gives; what the cache has when absent. */
  readonly liveLimits?: string | Error;
  readonly workloads?: WorkloadSource;
  readonly related?: RelatedSource;
  readonly ownNamespace?: string;
}

export interface RecordedContext extends AdmissionContext {
  readonly recorder: Recording;
}

export function contextOf({
  config = '',
  labels = {},
  liveLabels = labels === 'unknown' ? 'gone' : labels,
  limits,
  liveLimits = limits,
  workloads,
  related,
  ownNamespace,
}: Situation): RecordedContext {
  const configuration = configuredWithFewChecks(config);
  const cached = labels === 'unknown' ? undefined : shop(labels);
  const cachedLimits = limitRanges(limits);
  return {
    configuration: () => configuration,
    namespaces: {
      get: (name) => (name === 'shop' ? cached : undefined),
      read: (): Promise<NamespaceInfo | undefined> => {
        if (liveLabels instanceof Error) return Promise.reject(liveLabels);
        return Promise.resolve(liveLabels === 'gone' ? undefined : shop(liveLabels));
      },
    },
    limitRanges: {
      list: (namespace) => (namespace === 'shop' ? cachedLimits : []),
      read: (): Promise<readonly LimitRange[]> =>
        liveLimits instanceof Error ? Promise.reject(liveLimits) : Promise.resolve(limitRanges(liveLimits)),
    },
    workloads,
    related,
    serverMinor: () => undefined,
    recorder: recording(),
    ownNamespace,
  };
}

/** The labels of a namespace with these modes. */
export function labelsOf(modes: ModeLabels): Record<string, string> {
  return Object.fromEntries(Object.entries(modes).map(([mode, value]) => [`gracegate.dev/${mode}`, value]));
}

const shop = (modes: ModeLabels): NamespaceInfo => ({ name: 'shop', labels: labelsOf(modes) });
