/** Manifests judged to what the page is given, pictures included. */
import { parseAllDocuments } from 'yaml';
import { defaultConfiguration } from '../../../../src/config/load.ts';
import { evaluate, type Finding } from '../../../../src/policy/evaluate.ts';
import { buildGraph } from '../../../../src/policy/graph.ts';
import type { JsonObject } from '../../../../src/policy/json.ts';
import { lifeOf, type Life } from '../../../../src/policy/life/life.ts';
import { apiVersionOf } from '../../../../src/policy/objects/kube-object.ts';
import { readObject } from '../../../../src/policy/objects/object-kinds.ts';
import { readPod } from '../../../../src/policy/objects/view.ts';
import { isWorkload, type Workload } from '../../../../src/policy/objects/workload-kinds.ts';
import { predictPod } from '../../../../src/policy/predict.ts';
import { describeProblem, fieldPath, pathFromObject } from '../../../../src/policy/words.ts';
import { htmlReport } from '../../../../src/report/html.ts';
import type { ReportedViolation, ReportEnd, ReportedObject } from '../../../../src/report/report.ts';
import { profileNamed } from '../../config/configurations.ts';

const configuration = defaultConfiguration();

/** Judges every workload of a text, by the built-in profile `baseline` and as in a file `shop.yaml`. */
export function judged(text: string): ReportedObject[] {
  const objects = parseAllDocuments(text)
    .map((document) => document.toJS() as JsonObject)
    .map((object) => configuration.workloads.read(object) ?? readObject(object))
    .filter((object) => object !== undefined);
  const podOf = ({ template }: Workload) =>
    readPod(predictPod(template, { limitRanges: [], mutations: undefined }).pod);
  const graph = buildGraph({
    objects,
    namespaces: new Map(),
    defaultNamespace: 'default',
    unknown: new Set(['Secret']),
    predict: podOf,
  });
  const profile = profileNamed('baseline', configuration);
  return objects.filter(isWorkload).map((workload, index) => {
    const namespace = workload.namespace ?? 'default';
    const subject = { workload, namespace, pod: podOf(workload), limitRanges: [], graph };
    const { findings, exempted, exemptReason, notices } = evaluate(subject, profile);
    const place = { file: 'shop.yaml', line: 40 * index + 1, column: 1 };
    const reported = (finding: Finding, offset: number): ReportedViolation => ({
      check: finding.check,
      action: finding.action,
      ...(finding.container && { container: finding.container.name }),
      path: fieldPath(pathFromObject(finding, workload)),
      message: describeProblem(finding),
      place: { ...place, line: place.line + offset + 8, column: 11 },
    });
    const life = lifeOf(subject, profile);
    return {
      apiVersion: apiVersionOf(workload.kind),
      kind: workload.kind.kind,
      namespace,
      name: workload.name,
      place,
      violations: findings.map(reported),
      exempted: exempted.map((finding, offset) => ({ ...reported(finding, offset), reason: exemptReason })),
      notices,
      ...(life && { life: () => life }),
    };
  });
}

/** The life of a pod whose spec this is. */
export function lifeOfPod(spec: string): Life | undefined {
  const [object] = judged(`apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n${spec}`);
  return object?.life?.();
}

export const now = new Date('2026-11-21T17:30:00Z');

/** The page of these objects. */
export function pageOf(objects: readonly ReportedObject[], over: Partial<ReportEnd> = {}): string {
  let text = '';
  const reporter = htmlReport((part) => {
    text += part;
  });
  for (const object of objects) reporter.object(object);
  const violations = objects.flatMap((object) => object.violations);
  const errors = over.errors ?? [];
  reporter.end({
    summary: {
      objects: objects.length,
      objectsWithViolations: objects.filter((object) => object.violations.length > 0).length,
      deny: violations.filter(({ action }) => action === 'deny').length,
      warn: violations.filter(({ action }) => action === 'warn').length,
      exempted: objects.reduce((sum, { exempted }) => sum + exempted.length, 0),
      errors: errors.length,
    },
    errors,
    profile: 'baseline',
    version: '0.1.0',
    now,
    ...over,
  });
  return text;
}
