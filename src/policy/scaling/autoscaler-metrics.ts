import {
  asArray,
  asNumber,
  asObject,
  asString,
  own,
  type Json,
  type JsonObject,
  type Path,
} from '../json.ts';
import { annotationsOf, specOf, type KubeObject } from '../objects/kube-object.ts';

/** What a HorizontalPodAutoscaler scales on, in whatever version it is written. */
export interface AutoscalerMetric {
  /** Resource, ContainerResource, Pods, Object or External. */
  readonly type: string;
  /** `cpu` or `memory`; empty for a metric that is no resource. */
  readonly resource: string;
  /** The container that a ContainerResource metric is about. */
  readonly container: string | undefined;
  /** Percent of the requests; undefined where the target is an amount, for which requests count for nothing. */
  readonly utilization: number | undefined;
  /** From the object. */
  readonly path: Path;
  /** True for the metric that counts where none is written. */
  readonly isDefault: boolean;
}

/** DefaultCPUUtilization in pkg/apis/autoscaling/annotations.go. */
const defaultUtilization = 80;

/** Where autoscaling/v1 keeps metrics that it has no field for (MetricSpecsAnnotation, the same file). */
const metricsAnnotation = 'autoscaling.alpha.kubernetes.io/metrics';

/** Source: pkg/apis/autoscaling/v1/conversion.go and v2/defaults.go. */
export function autoscalerMetrics(hpa: KubeObject): readonly AutoscalerMetric[] {
  const metrics = hpa.object['apiVersion'] === 'autoscaling/v1' ? firstVersionMetrics(hpa) : metricList(hpa);
  if (metrics.length > 0) return metrics;
  return [cpuUtilization(defaultUtilization, ['spec'], true)];
}

function metricList(hpa: KubeObject): AutoscalerMetric[] {
  return asArray(specOf(hpa)['metrics']).map((metric, index) =>
    readMetric(metric, ['spec', 'metrics', index]),
  );
}

function firstVersionMetrics(hpa: KubeObject): AutoscalerMetric[] {
  const path = ['metadata', 'annotations', metricsAnnotation];
  const metrics = parseList(own(annotationsOf(hpa), metricsAnnotation)).map((metric) =>
    readMetric(metric, path),
  );
  const utilization = asNumber(specOf(hpa)['targetCPUUtilizationPercentage']);
  if (utilization !== undefined) {
    metrics.push(cpuUtilization(utilization, ['spec', 'targetCPUUtilizationPercentage'], false));
  }
  return metrics;
}

/** What is no list counts as absent, as where the server converts it. */
function parseList(text: Json | undefined): readonly Json[] {
  try {
    return asArray(JSON.parse(asString(text) ?? '[]') as Json);
  } catch {
    return [];
  }
}

/** The field that holds a metric is called after its type. */
const resourceFields = new Map([
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
]);

function readMetric(value: Json, path: Path): AutoscalerMetric {
  const metric = asObject(value);
  const type = asString(metric['type']) ?? '';
  const field = resourceFields.get(type);
  const source = field === undefined ? {} : asObject(metric[field]);
  return {
    type,
    resource: asString(source['name']) ?? '',
    container: asString(source['container']),
    utilization: utilizationOf(source),
    path,
    isDefault: false,
  };
}

/**
 * Which of the two values is set decides, and not `target.type` (computeStatusForResourceMetricGeneric in
 * pkg/controller/podautoscaler/horizontal.go). In v2beta1 and in the annotation they lie beside the name.
 */
function utilizationOf(source: JsonObject): number | undefined {
  const target = asObject(source['target']);
  if ((target['averageValue'] ?? source['targetAverageValue'] ?? null) !== null) return undefined;
  return asNumber(target['averageUtilization'] ?? source['targetAverageUtilization']);
}

function cpuUtilization(utilization: number, path: Path, isDefault: boolean): AutoscalerMetric {
  return { type: 'Resource', resource: 'cpu', container: undefined, utilization, path, isDefault };
}
