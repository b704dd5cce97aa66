import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { asArray, asString, type Json } from '../json.ts';
import { isOpaquePreStop } from '../stopping/pre-stop-action.ts';
import { shellAsPid1 } from '../stopping/shell.ts';

/** No shell stands between SIGTERM and the application. */
export const shellEntrypoint: Check = {
  id: 'shell-entrypoint',
  title: 'The application receives SIGTERM, not a shell in front of it',
  rationale:
    'SIGTERM goes to the first process of a container alone. A shell there ignores it and passes nothing on, so the ' +
    'application never hears that it has to stop: it works on until the end of the grace period and is then killed in the ' +
    'middle of its requests.',
  symptom:
    'Pods stay Terminating for the whole grace period, each roll-out and each drain of a node takes that much longer, and the ' +
    'containers end with reason Error and exit code 137.',
  remediation:
    'Start the application with exec as the last command of the script, or make it the command itself, without a shell; where ' +
    'the shell has more to do, use an init process that signals all, such as dumb-init or tini -g.',
  source: 'pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainer; man 7 signal; man 1 dash',
  topic: 'stopping',
  judges: 'workloads',
  messages: {
    swallowed: {
      problem: 'PID 1 is {shell}, which ignores SIGTERM and does not pass it on',
      advice: 'start the application with exec, so that it takes the place of the shell',
    },
    // Without the protection of PID 1 the shell dies of the signal, and the runtime kills what is left in the container.
    'killed-with-shell': {
      problem: 'SIGTERM ends {shell} in front of the application, which is killed with it at once',
      advice: 'start the application with exec, so that it takes the place of the shell',
    },
  },
  parameters: {},
  examples: {
    bad: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          command: ["/bin/sh", "-c", "./migrate && ./server"]
    `),
    good: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          command: ["/bin/sh", "-c", "./migrate && exec ./server"]
    `),
  },
  evaluate({ pod, servingContainers }) {
    // In a shared process namespace PID 1 is the pause container, or the init of the node.
    const isPid1 = pod.spec['shareProcessNamespace'] !== true && pod.spec['hostPID'] !== true;
    const violations: Violation[] = [];
    for (const container of servingContainers) {
      // Such a hook may be what stops the application, so that it needs no signal.
      if (isOpaquePreStop(container)) continue;
      const shell = shellAsPid1(words(container.raw['command']), words(container.raw['args']));
      if (shell === undefined) continue;
      violations.push({
        check: 'shell-entrypoint',
        message: isPid1 ? 'swallowed' : 'killed-with-shell',
        container,
        path: [...container.path, 'command'],
        values: { shell },
      });
    }
    return violations;
  },
};

function words(value: Json | undefined): string[] {
  return asArray(value).map((word) => asString(word) ?? '');
}
