import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { shellInFront } from '../stopping/shell-in-front.ts';

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
    const violations: Violation[] = [];
    for (const container of servingContainers) {
      const found = shellInFront(pod, container);
      if (found === undefined) continue;
      violations.push({
        check: 'shell-entrypoint',
        message: found.ignoresSignal ? 'swallowed' : 'killed-with-shell',
        container,
        path: [...container.path, 'command'],
        values: { shell: found.shell },
      });
    }
    return violations;
  },
};
