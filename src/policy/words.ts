/** The one place where violations become words. */
import type { Message, Violation } from './check.ts';
import { checks } from './checks/registry.ts';
import type { Path } from './json.ts';
import type { ContainerView } from './objects/view.ts';
import type { KubeObject } from './objects/kube-object.ts';
import { isWorkload } from './objects/workload-kinds.ts';
import { clipped, clippedName } from './visible.ts';

/** Some values are what an author wrote, whose length nobody has bounded. In UTF-16 code units. */
const longestValue = 1024;

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
  const where = whereOf(violation);
  const place = where === '' ? '' : `${where}: `;
  return `${place}${problemOf(violation)} [${violation.check}]; ${adviceOf(violation)}`;
}

/** The problem with its advice, without the container and the check: for tables that have columns for these. */
export function describeProblem(violation: Violation): string {
  return `${problemOf(violation)}; ${adviceOf(violation)}`;
}

/** `container app`, `sidecar proxy`, `pod`, or nothing for what is about the object itself, which is named already. */
function whereOf({ container, root }: Violation): string {
  if (container !== undefined) return `${containerLabels[container.class]} ${clippedName(container.name)}`;
  return root === 'object' ? '' : 'pod';
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
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    clipped(String(values[name] ?? placeholder), longestValue),
  );
}

/** `Deployment shop/web`. The namespace may come from the request rather than from the object. */
export function describeObject({ kind, namespace, name }: KubeObject, requestNamespace?: string): string {
  const place = namespace ?? requestNamespace;
  return `${kind.kind} ${place === undefined ? '' : `${clippedName(place)}/`}${clippedName(name)}`;
}

/** The message of a refusal. It stands alone: controllers' events carry nothing else. */
export function describeRefusal(
  object: KubeObject,
  requestNamespace: string,
  profile: string,
  violations: readonly Violation[],
): string {
  const [first] = violations;
  const count = `${violations.length} problem${violations.length === 1 ? '' : 's'}`;
  const fear = isWorkload(object) ? 'would not start, scale and stop safely' : 'would not do its work';
  return [
    `${describeObject(object, requestNamespace)} ${fear} (profile ${profile}, ${count}):`,
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

/** The path of a violation from the object that was judged, whose pod template lies at `templatePath`. */
export function pathFromObject({ root, path }: Violation, object: KubeObject): Path {
  return root === 'object' || !isWorkload(object) ? path : [...object.kind.templatePath, ...path];
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
