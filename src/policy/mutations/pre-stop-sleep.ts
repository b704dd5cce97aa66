import { annotationKeys, readSeconds } from '../annotations.ts';
import type { Draft } from '../draft.ts';
import { planGrace } from '../stopping/grace.ts';
import { asArray, type Json } from '../json.ts';
import { nothingApplied, type Mutation, type PreStopSleepSettings } from '../mutation.ts';
import { longestPreStopSleep, preStopOf } from '../stopping/pre-stop.ts';
import { type ContainerView } from '../objects/view.ts';

/** Gives every serving container without a preStop hook a sleep, so that endpoints are gone before SIGTERM. */
export const preStopSleep: Mutation = {
  id: 'pre-stop-sleep',
  title: 'Sleep before SIGTERM',
  rationale:
    'Endpoint removal and SIGTERM start at the same moment and race. Until every proxy and load balancer has heard of ' +
    'the removal, requests still arrive at a process that has begun to stop. A sleep in preStop lets the removal win.',
  source: 'KEP-3960; kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle, termination of pods',
  parameters: {
    seconds: {
      type: 'integer',
      description: 'Seconds to sleep before SIGTERM; 0 injects nothing.',
      default: 15,
      minimum: 0,
      maximum: 3600,
    },
    containers: {
      type: 'string',
      description: 'all: every serving container; with-ports: only those that declare ports.',
      default: 'all',
      enum: ['all', 'with-ports'],
    },
    method: {
      type: 'string',
      description:
        "sleep: the kubelet's own action, which needs nothing in the image; exec: the image's sleep command.",
      default: 'sleep',
      enum: ['sleep', 'exec'],
    },
  },
  apply(draft: Draft, settings) {
    const setting = settings['pre-stop-sleep'];
    if (setting === undefined) return nothingApplied;
    const pod = draft.pod;
    const targets = pod.containers.filter((container) => wantsSleep(container, setting));
    if (targets.length === 0) return nothingApplied;
    const annotation = readSeconds(pod, annotationKeys.preStopSleepSeconds);
    const warnings = annotation.problem === undefined ? [] : [annotation.problem];
    const seconds = annotation.seconds ?? setting.seconds;
    if (seconds === 0) return { records: [], warnings };
    const plan = planGrace(pod, settings, Math.max(seconds, longestPreStopSleep(pod.containers)));
    if (plan.problem !== undefined) warnings.push(plan.problem);
    const names = targets.map(({ name }) => name).join(', ');
    if (seconds > plan.graceSeconds - plan.drainSeconds) {
      warnings.push(
        `no preStop sleep for container ${names}: ${seconds} s do not fit a grace period of ${plan.graceSeconds} s ` +
          `with ${plan.drainSeconds} s to drain`,
      );
      return { records: [], warnings };
    }
    for (const { path } of targets)
      draft.set([...path, 'lifecycle', 'preStop'], hook(seconds, setting.method));
    return { records: [`preStop sleep ${seconds}s for container ${names}`], warnings };
  },
};

/** Only app containers: a sidecar stops after them anyway, and its own sleep would hold up the pod (KEP-753). */
function wantsSleep(container: ContainerView, setting: PreStopSleepSettings): boolean {
  return (
    container.class === 'app' &&
    container.serves &&
    preStopOf(container) === undefined &&
    (setting.containers === 'all' || asArray(container.raw['ports']).length > 0)
  );
}

function hook(seconds: number, method: PreStopSleepSettings['method']): Json {
  return method === 'sleep' ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
}
