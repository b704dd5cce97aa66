/** Manifests for the examples of checks, so that each example shows only what it is about. */

export interface ExampleOptions {
  /** Lines of the object's own `spec`, besides `selector` and `template`. */
  readonly spec?: string;
  readonly name?: string;
  readonly kind?: 'Deployment' | 'StatefulSet';
}

/** A Deployment or StatefulSet whose pods have these lines as their `spec`. */
export function workloadExample(podSpec: string, options: ExampleOptions = {}): string {
  const { spec = '', name = 'web', kind = 'Deployment' } = options;
  return [
    'apiVersion: apps/v1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    'spec:',
    ...indented(spec, 2),
    '  selector:',
    '    matchLabels:',
    `      app: ${name}`,
    '  template:',
    '    metadata:',
    '      labels:',
    `        app: ${name}`,
    '    spec:',
    ...indented(podSpec, 6),
    '',
  ].join('\n');
}

/** Any other object with these lines as its `spec`. */
export function objectExample(apiVersion: string, kind: string, spec: string, name = 'web'): string {
  return [
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    'spec:',
    ...indented(spec, 2),
    '',
  ].join('\n');
}

/** A Deployment or StatefulSet with one container and these requests, as an autoscaler needs them. */
export function measuredExample(
  options: ExampleOptions = {},
  requests = '{ cpu: 100m, memory: 128Mi }',
): string {
  const podSpec = `
    containers:
      - name: app
        image: example.com/web:1.0
        resources:
          requests: ${requests}
  `;
  return workloadExample(podSpec, options);
}

export interface AutoscalerOptions {
  readonly name?: string;
  readonly apiVersion?: string;
  readonly kind?: string;
  /** Name of the target. */
  readonly target?: string;
  readonly min?: number;
  readonly max?: number;
  readonly resources?: readonly string[];
}

/** A HorizontalPodAutoscaler of the Deployment web by CPU, but for what the options say. */
export function autoscalerExample(options: AutoscalerOptions = {}): string {
  const { name, apiVersion = 'apps/v1', kind = 'Deployment', target = 'web' } = options;
  const { min = 2, max = 6, resources = ['cpu'] } = options;
  const metrics = resources.flatMap((resource) => [
    '  - type: Resource',
    '    resource:',
    `      name: ${resource}`,
    '      target:',
    '        type: Utilization',
    '        averageUtilization: 70',
  ]);
  const spec = [
    'scaleTargetRef:',
    `  apiVersion: ${apiVersion}`,
    `  kind: ${kind}`,
    `  name: ${target}`,
    `minReplicas: ${min}`,
    `maxReplicas: ${max}`,
    'metrics:',
    ...metrics,
  ].join('\n');
  return objectExample('autoscaling/v2', 'HorizontalPodAutoscaler', spec, name);
}

/** Several objects as one text. */
export function together(...manifests: readonly string[]): string {
  return manifests.join('---\n');
}

/** The lines without their common indentation and without the empty ones around them, moved to the right. */
function indented(text: string, width: number): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const common = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => ' '.repeat(width) + line.slice(common));
}
