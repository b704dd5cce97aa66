import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { asArray, asNumber, asObject, type Json, type JsonObject, type Path } from '../json.ts';
import { probeOf, type ContainerView } from '../objects/view.ts';

const withPortName = (name: string): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        ports:
          - name: http
            containerPort: 8080
        readinessProbe:
          httpGet:
            path: /ready
            port: ${name}
  `);

/** A port that a probe or a hook names is a port of its own container. */
export const probePort: Check = {
  id: 'probe-port',
  title: 'Probes and hooks name ports that exist',
  rationale:
    'The API server accepts any name, and the kubelet looks it up among the ports of the same container. What it does not ' +
    'find it cannot ask: readiness and startup never succeed, liveness never restarts, a preStop hook is skipped.',
  symptom:
    'The pod is Running and READY stays 0/1, with the event Unhealthy: Readiness probe errored and resulted in unknown state: ' +
    'port "web" not found.',
  remediation: 'Give the port that name under ports of the same container, or write its number.',
  source: 'pkg/probe/util.go, ResolveContainerPort',
  topic: 'starting',
  judges: 'workloads',
  messages: {
    undeclared: {
      problem: 'port {port} of {users} is not among its ports',
      advice: 'give a port that name, or write the number',
    },
    elsewhere: {
      problem: 'port {port} of {users} is a port of container {owner}',
      advice: 'the kubelet looks in the same container only, so write the number {number}',
    },
  },
  parameters: {},
  examples: { bad: withPortName('web'), good: withPortName('http') },
  evaluate({ pod, resourceContainers }) {
    const violations: Violation[] = [];
    let owners: ReadonlyMap<string, Port> | undefined;
    for (const container of resourceContainers) {
      // An ordinary init container can have neither probes nor hooks.
      if (container.class === 'init') continue;
      const declared = portsOf([container]);
      for (const [port, { users, path }] of portUses(container)) {
        if (declared.has(port)) continue;
        owners ??= portsOf(pod.containers);
        const owner = owners.get(port);
        violations.push({
          check: 'probe-port',
          message: owner === undefined ? 'undeclared' : 'elsewhere',
          container,
          path,
          values: { port, users: users.join(' and '), ...owner },
        });
      }
    }
    return violations;
  },
};

interface PortUse {
  readonly users: string[];
  readonly path: Path;
}

interface Port {
  /** The name of its container. */
  readonly owner: string;
  readonly number: number;
}

/** The names that probes and hooks ask for, each once. */
function portUses(container: ContainerView): Map<string, PortUse> {
  const uses = new Map<string, PortUse>();
  const note = (user: string, path: Path, handlers: JsonObject): void => {
    for (const kind of ['httpGet', 'tcpSocket']) {
      const { port } = asObject(handlers[kind]);
      if (!isPortName(port)) continue;
      const known = uses.get(port);
      if (known === undefined) uses.set(port, { users: [user], path: [...path, kind, 'port'] });
      else known.users.push(user);
    }
  };
  for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    note(name, [...container.path, name], probeOf(container, name) ?? {});
  }
  const lifecycle = asObject(container.raw['lifecycle']);
  for (const name of ['postStart', 'preStop']) {
    note(name, [...container.path, 'lifecycle', name], asObject(lifecycle[name]));
  }
  return uses;
}

/** What the API server refuses as a name, such as a number in quotes, is its own to report (IsValidPortName). */
function isPortName(port: Json | undefined): port is string {
  return (
    typeof port === 'string' && /^[a-z0-9-]{1,15}$/.test(port) && /[a-z]/.test(port) && !/^-|--|-$/.test(port)
  );
}

/** The ports of containers by name; the first of a name counts. */
function portsOf(containers: readonly ContainerView[]): Map<string, Port> {
  const ports = new Map<string, Port>();
  for (const { name: owner, raw } of containers) {
    for (const value of asArray(raw['ports'])) {
      const { name, containerPort } = asObject(value);
      if (typeof name !== 'string' || ports.has(name)) continue;
      ports.set(name, { owner, number: asNumber(containerPort) ?? 0 });
    }
  }
  return ports;
}
