/** The one place where violations become words. */
import type { Message, Violation } from './check.ts';
import { checks } from './checks/registry.ts';
import type { Path } from './json.ts';
import type { ContainerView } from './view.ts';
import { type Workload } from './workload-kinds.ts';

/** A refusal lists at most this many problems; the rest are counted. */
const maxLines = 20;

const messages = new Map(checks.map((check) => [check.id, check.messages]));

const containerLabels: Readonly<Record<ContainerView['class'], string>> = {
  app: 'container',
  sidecar: 'sidecar',
  init: 'init container',
  ephemeral: 'ephemeral container',
};

/** `container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m`. */
export function describeViolation(violation: Violation): string {
  return `${whereOf(violation)}: ${problemOf(violation)} [${violation.check}]; ${adviceOf(violation)}`;
}

/** The problem with its advice, without the container and the check: for tables that have columns for these. */
export function describeProblem(violation: Violation): string {
  return `${problemOf(violation)}; ${adviceOf(violation)}`;
}

/** `container app`, `sidecar proxy`, or `pod` for what is not about one container. */
function whereOf({ container }: Violation): string {
  return container === undefined ? 'pod' : `${containerLabels[container.class]} ${container.name}`;
}

/** What is wrong, without advice: what folds equal problems of many pods together. */
export function problemOf(violation: Violation): string {
  return fill(messageOf(violation).problem, violation);
}

function adviceOf(violation: Violation): string {
  return fill(messageOf(violation).advice, violation);
}

function messageOf({ check, message }: Violation): Message {
  const found = messages.get(check)?.[message];
  if (found === undefined) throw new Error(`check ${check} has no message ${message}`);
  return found;
}

function fill(text: string, { values }: Violation): string {
  if (values === undefined) return text;
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/** `Deployment shop/web`. The namespace may come from the request rather than from the object. */
export function describeWorkload({ kind, namespace, name }: Workload, requestNamespace?: string): string {
  const place = namespace ?? requestNamespace;
  return `${kind.kind} ${place === undefined ? '' : `${place}/`}${name}`;
}

/** The message of a refusal. It stands alone: controllers' events carry nothing else. */
export function describeRefusal(workload: string, profile: string, violations: readonly Violation[]): string {
  const [first] = violations;
  const count = `${violations.length} problem${violations.length === 1 ? '' : 's'}`;
  return [
    `${workload} would not start, scale and stop safely (profile ${profile}, ${count}):`,
    ...limitLines(violations, describeViolation).map((line) => `  ${line}`),
    ...(first === undefined ? [] : [`Explain: gracegate explain ${first.check}`]),
  ].join('\n');
}

/** The first 20 as lines, then `and N more`. */
export function limitLines<T>(items: readonly T[], describe: (item: T) => string): string[] {
  const lines = items.slice(0, maxLines).map(describe);
  if (items.length > maxLines) lines.push(`and ${items.length - maxLines} more`);
  return lines;
}

/** A path as Kubernetes writes it: `spec.template.spec.containers[0].resources.requests.cpu`. */
export function fieldPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${step}]`;
  }
  return text;
}
