import type { Draft } from '../draft.ts';
import { planGrace } from '../stopping/grace.ts';
import { nothingApplied, type Mutation } from '../mutation.ts';
import { longestPreStopSleep } from '../stopping/pre-stop.ts';

/** Raises a grace period that is too short for the longest preStop sleep and the drain after it. Never lowers one. */
export const gracePeriodMutation: Mutation = {
  id: 'grace-period',
  title: 'Grace period that fits the stop',
  rationale:
    'The preStop hook is paid out of the grace period. With the default of 30 s and a sleep of 30 s the application is ' +
    'killed 2 s after SIGTERM, with its requests still in flight.',
  source: 'pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainer',
  parameters: {
    drainSeconds: {
      type: 'integer',
      description: 'Seconds between SIGTERM and SIGKILL for the application to drain.',
      default: 30,
      minimum: 0,
      maximum: 3600,
    },
    maxSeconds: {
      type: 'integer',
      description:
        'The grace period is never raised above this many seconds; drainSeconds and the preStop sleep of the profile must ' +
        'fit into it.',
      default: 600,
      minimum: 1,
      maximum: 7200,
    },
  },
  apply(draft: Draft, settings) {
    if (settings['grace-period'] === undefined) return nothingApplied;
    const pod = draft.pod;
    if (!pod.containers.some(({ serves }) => serves)) return nothingApplied;
    const plan = planGrace(pod, settings, longestPreStopSleep(pod.containers));
    const warnings = plan.problem === undefined ? [] : [plan.problem];
    if (plan.graceSeconds <= pod.gracePeriodSeconds) return { records: [], warnings };
    draft.set(['spec', 'terminationGracePeriodSeconds'], plan.graceSeconds);
    const record = `terminationGracePeriodSeconds ${plan.graceSeconds} (was ${pod.gracePeriodSeconds})`;
    return { records: [record], warnings };
  },
};
