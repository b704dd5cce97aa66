import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import type { Path } from '../json.ts';
import { leastDrainSeconds } from '../stopping/grace.ts';
import { longestPreStopSleep, preStopSleepSeconds } from '../stopping/pre-stop.ts';
import type { ContainerView } from '../objects/view.ts';

const hookPath = ({ path }: ContainerView): Path => [...path, 'lifecycle', 'preStop'];

const withGrace = (seconds: number): string =>
  workloadExample(`
    terminationGracePeriodSeconds: ${seconds}
    containers:
      - name: app
        image: example.com/web:1.0
        lifecycle:
          preStop:
            exec:
              command: ["/bin/sh", "-c", "sleep 30"]
  `);

/** After the longest preStop sleep there is time left for the application to finish its requests. */
export const gracePeriod: Check = {
  id: 'grace-period',
  title: 'The grace period leaves time to drain',
  rationale:
    'The preStop hook runs inside the grace period. A sleep as long as the grace period leaves the application 2 s ' +
    'between SIGTERM and SIGKILL, and the requests it still had are lost.',
  symptom:
    'Connections are reset and answers are cut off in the second in which an old pod goes away, at each roll-out; the ' +
    'container ends with exit code 137.',
  remediation:
    'Set terminationGracePeriodSeconds to the preStop sleep plus the time the application needs to drain.',
  source: 'pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainer',
  topic: 'stopping',
  judges: 'workloads',
  messages: {
    'sleep-too-long': {
      problem: 'preStop sleeps {sleep} s of a grace period of {grace} s, {left} s are left to drain',
      advice: 'set terminationGracePeriodSeconds to at least {needed}',
    },
    endless: {
      problem: 'preStop never ends, so nothing is left of the grace period to drain',
      advice: 'let the hook sleep for a number of seconds',
    },
    'too-short': {
      problem: 'terminationGracePeriodSeconds is {grace}',
      advice: 'requests in flight would be cut off; set at least {needed}',
    },
  },
  parameters: {
    minDrainSeconds: {
      type: 'integer',
      description: 'Seconds that must be left of the grace period after the longest preStop sleep.',
      default: leastDrainSeconds,
      minimum: 0,
      maximum: 3600,
    },
  },
  examples: { bad: withGrace(30), good: withGrace(60) },
  evaluate({ pod, servingContainers }, parameters) {
    if (servingContainers.length === 0) return [];
    const minDrain = Number(parameters['minDrainSeconds'] ?? leastDrainSeconds);
    const grace = pod.gracePeriodSeconds;
    const path = ['spec', 'terminationGracePeriodSeconds'];
    if (grace < minDrain) {
      const needed = Math.ceil(longestPreStopSleep(servingContainers) + minDrain);
      return [{ check: 'grace-period', message: 'too-short', path, values: { grace, needed } }];
    }
    const violations: Violation[] = [];
    for (const container of servingContainers) {
      const sleep = preStopSleepSeconds(container);
      if (grace - sleep >= minDrain) continue;
      if (sleep === Number.POSITIVE_INFINITY) {
        violations.push({ check: 'grace-period', message: 'endless', container, path: hookPath(container) });
        continue;
      }
      violations.push({
        check: 'grace-period',
        message: 'sleep-too-long',
        container,
        path,
        values: {
          sleep,
          grace,
          left: Math.max(Math.round((grace - sleep) * 10) / 10, 0),
          needed: Math.ceil(sleep + minDrain),
        },
      });
    }
    return violations;
  },
};
