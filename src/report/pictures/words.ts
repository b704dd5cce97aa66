/** The pictures in words: below them for everybody, and in place of them for those who cannot see them. */
import type { PodStop } from '../../policy/life/life.ts';
import type { ContainerStart } from '../../policy/life/start.ts';
import type { ContainerStop, Loss } from '../../policy/life/stop.ts';
import { seconds } from './scale.ts';

export interface Sentence {
  readonly text: string;
  /** True where requests are lost, or may be. */
  readonly bad: boolean;
}

const good = (text: string): Sentence => ({ text, bad: false });
const bad = (text: string): Sentence => ({ text, bad: true });

export function describeStop(stop: PodStop): Sentence[] {
  const { graceSeconds, balancer, sidecars, containers } = stop;
  return [
    ...containers.flatMap((container) => [
      good(`${container.name}: ${hookWords(container)}; ${killWords(container)}.${portWords(container)}`),
      ...container.losses.map((loss) => bad(lossWords(container, loss, stop))),
    ]),
    ...(balancer !== undefined && balancer.delay > graceSeconds
      ? [
          bad(
            `Lost: connections that ${balancer.balancer} keeps until ${seconds(balancer.delay)}, ` +
              `and the pod ends at ${seconds(graceSeconds)}.`,
          ),
        ]
      : []),
    ...(sidecars.length > 0 ? [good(`${sidecars.join(', ')}: stopped after the containers.`)] : []),
  ];
}

function hookWords({ hook, sigterm }: ContainerStop): string {
  switch (hook) {
    case 'none':
      return 'no preStop hook, SIGTERM at once';
    case 'tcpSocket':
      return 'a preStop hook that is a tcpSocket never runs, SIGTERM at once';
    case 'never-runs':
      return 'a preStop hook never runs in a grace period of 0 s, SIGTERM at once';
    case 'unknown':
      return 'a preStop hook of unknown length, then SIGTERM';
    case 'endless':
      return `a preStop hook that never ends, SIGTERM at ${seconds(sigterm ?? 0)}`;
    case 'sleep':
      return `preStop sleeps ${seconds(sigterm ?? 0)}, then SIGTERM`;
  }
}

function portWords({ takesRequests }: ContainerStop): string {
  return takesRequests ? '' : ' It declares no ports, so no requests are expected.';
}

function killWords({ sigterm, sigkill }: ContainerStop): string {
  const left = sigterm === undefined ? '' : `, which leaves ${seconds(sigkill - sigterm)}`;
  return `SIGKILL at ${seconds(sigkill)}${left}`;
}

function lossWords({ sigterm, sigkill, shell }: ContainerStop, loss: Loss, stop: PodStop): string {
  const { why, from, to, sure } = loss;
  switch (why) {
    case 'refused': {
      const span = `from ${seconds(from)} to ${seconds(to)}`;
      if (!sure) return `At risk: new requests ${span}, if they still arrive then.`;
      const assumed = stop.removalIsAssumed ? ' (assumed)' : '';
      return `Lost: new requests, which still arrive ${span}${assumed}.`;
    }
    case 'cut': {
      const given = Math.max(sigkill - (sigterm ?? 0), 0);
      return `Lost: what it still answers at ${seconds(from)}: it has ${seconds(given)} to finish, of ${seconds(stop.drainSeconds)} needed.`;
    }
    case 'deaf': {
      const front = shell?.shell ?? 'a shell';
      return shell?.ignoresSignal === true
        ? `Lost: what it answers at ${seconds(from)}, because ${front} keeps SIGTERM from it.`
        : `Lost: what it answers at ${seconds(from)}, because it is killed with ${front}.`;
    }
  }
}

export function describeStart(containers: readonly ContainerStart[]): Sentence[] {
  return containers.map((container) => {
    const { name, ready, kill, outcome } = container;
    switch (outcome) {
      case 'blind':
        return bad(`${name}: at risk are requests from 0 s on, because no probe asks whether it can answer.`);
      case 'loop':
        return bad(
          `${name}: never serves, because it is killed at ${seconds(kill?.at ?? 0)} and asked whether it is ready at ` +
            `${seconds(ready)}.`,
        );
      case 'ready':
        return good(`${name}: may be Ready from ${seconds(ready)} on${orKilled(container)}.`);
    }
  });
}

function orKilled({ kill }: ContainerStart): string {
  if (kill === undefined) return '; no probe kills it when it hangs';
  const probe = kill.by === 'startupProbe' ? 'startup' : 'liveness';
  return `; killed by the ${probe} probe at ${seconds(kill.at)} at the earliest if it does not answer`;
}
