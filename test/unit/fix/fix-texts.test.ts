import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/config/load.ts';
import { fixTexts } from '../../../src/fix/fix-texts.ts';
import { measuredExample, objectExample, workloadExample } from '../../../src/policy/example.ts';
import { profileNamed } from '../config/configurations.ts';
import { configurationWith, fixed, findingsIn, fixedWith, optionsFor, textsOf, valuesIn } from './fixing.ts';

const bare = workloadExample(`
  containers:
    - name: app
      image: example.com/web:1
      ports: [{containerPort: 8080}]
`);

/** The lines that were added, without their indentation. */
function added(before: string, after: string): string[] {
  const known = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !known.has(line))
    .map((line) => line.trim());
}

describe('the mutations of the profile', () => {
  it('are written into the template, and what is written is told', () => {
    const { after, reports } = fixed(bare);
    expect(added(bare, after)).toEqual([
      ...['resources:', 'requests:', 'memory: 128Mi', 'lifecycle:', 'preStop:', 'sleep:', 'seconds: 15'],
      'terminationGracePeriodSeconds: 45',
    ]);
    expect(reports.map(({ by, object, line }) => [by, object, line])).toEqual([
      ['limit-range', 'Deployment web', 1],
      ['pre-stop-sleep', 'Deployment web', 1],
      ['grace-period', 'Deployment web', 1],
    ]);
  });

  it('are not written where they are off', () => {
    expect(fixed(bare, optionsFor({ mutations: undefined })).after).toBe(bare);
  });

  it('leave no record, which is the business of the webhook', () => {
    expect(fixed(bare).after).not.toContain('gracegate.dev/mutations');
  });

  it('never write a default request above a limit, be it written or that of a LimitRange', () => {
    const limited = bare.replace('ports:', 'resources: {limits: {memory: 64Mi}}\n          ports:');
    expect(fixed(limited).after).not.toContain('128Mi');
    const range = objectExample('v1', 'LimitRange', 'limits: [{type: Container, default: {memory: 64Mi}}]');
    expect(fixed(`${range}---\n${bare}`).after).not.toContain('128Mi');
  });

  it('leave cpu and memory of a pod alone that has resources as a whole', () => {
    const whole = bare.replace('containers:', 'resources: {limits: {memory: 64Mi}}\n      containers:');
    expect(fixed(whole).after).not.toContain('128Mi');
  });

  it('reach custom kinds of the configuration, and no others', () => {
    const rollout = bare.replace('kind: Deployment', 'kind: Rollout').replace('apps/v1', 'example.com/v1');
    expect(fixed(rollout).after).toBe(rollout);
    const kind = '{ apiVersion: example.com/v1, kind: Rollout, resource: rollouts }';
    const configuration = parseConfiguration(
      `apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\nworkloads: [${kind}]\n`,
      'test',
    );
    expect(fixed(rollout, optionsFor({}, configuration)).after).toContain(
      'terminationGracePeriodSeconds: 45',
    );
  });
});

describe('selected checks', () => {
  const only = (...ids: string[]) => optionsFor({ checks: new Set(ids) });

  it.each([
    ['memory-request', ['resources:', 'requests:', 'memory: 128Mi']],
    ['pre-stop', ['lifecycle:', 'preStop:', 'sleep:', 'seconds: 15', 'terminationGracePeriodSeconds: 45']],
    ['grace-period', []],
    ['cpu-request', []],
    ['liveness-probe', []],
  ])('%s brings only what mends it', (id, lines) => {
    expect(added(bare, fixed(bare, only(id)).after)).toEqual(lines);
  });

  it('fixes the grace period alone', () => {
    const short = bare.replace('containers:', 'terminationGracePeriodSeconds: 5\n      containers:');
    expect(added(short, fixed(short, only('grace-period')).after)).toEqual([
      'terminationGracePeriodSeconds: 30',
    ]);
  });
});

describe('objects of other files', () => {
  it('are taken into account', () => {
    const hpa = objectExample(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      'maxReplicas: 4\nscaleTargetRef: {kind: deployment, name: web}',
    );
    const sources = [bare, hpa].map((text, index) => ({ file: `${index}.yaml`, text }));
    const [web, scaler] = fixTexts(sources, optionsFor());
    expect(web?.after).not.toBe(bare);
    expect(scaler?.after).toContain('{kind: Deployment, name: web, apiVersion: apps/v1}');
  });
});

describe('what is left to the author', () => {
  it('is counted, and what was fixed is not', () => {
    const two = ['cpu-request', 'readiness-probe', 'grace-period'] as const;
    const short = bare.replace('containers:', 'terminationGracePeriodSeconds: 5\n      containers:');
    const { left, reports } = fixed(short, optionsFor({ checks: new Set(two) }));
    expect(reports.map(({ by }) => by)).toEqual(['grace-period']);
    expect(left).toBe(2);
  });
});

it('a change of what Helm has rendered names the template', () => {
  const { reports } = fixed(`# Source: shop/templates/web.yaml\n${bare}`);
  expect(new Set(reports.map(({ source }) => source))).toEqual(new Set(['shop/templates/web.yaml']));
});

describe('what is left alone', () => {
  const leave = (text: string) => {
    const result = fixed(text);
    expect(result.after).toBe(text);
    expect(result.reports).toEqual([]);
    return result.errors.map(({ message }) => message);
  };

  it('is a template that is no YAML, with a sentence', () => {
    const template = `{{- if .Values.enabled }}\n${bare}{{- end }}\n`;
    expect(leave(template)).toEqual([
      expect.stringMatching(
        /; a template \(.*\) is no manifest before it is rendered; .*, as the file is left as it is$/,
      ),
    ]);
  });

  it('is a template that is YAML by chance', () => {
    const sentence: unknown = expect.stringMatching(/^a template .* is no manifest before it is rendered/);
    expect(leave(bare.replace('example.com/web:1', '{{ .Values.image }}'))).toEqual([sentence]);
    const half = bare.replace('name: web\n', 'name: web\n  annotations:\n    image: {{ .Values.image }}\n');
    expect(leave(half)).toEqual([sentence]);
  });

  it.each([
    ['an image', 'example.com/web:1', '"{{ .Values.image }}:1"'],
    ['a name', 'name: web\n', "name: '{{ .Release.Name }}-web'\n"],
    ['a part of a name', 'name: web\n', 'name: web-{{ .Release.Name }}\n'],
    ['a namespace', 'name: web\n', 'name: web\n  namespace: "{{ .Release.Namespace }}"\n'],
    ['a version', 'apiVersion: apps/v1', 'apiVersion: "{{ include \'version\' . }}"'],
  ])('is a template that is YAML, as %s shows', (_name, before, after) => {
    expect(leave(bare.replace(before, after))).toEqual([
      expect.stringMatching(/^a template .* is no manifest before it is rendered/),
    ]);
  });

  it('is a file of which a document cannot be read', () => {
    expect(leave(`${bare}---\na: [\n`)).toHaveLength(1);
  });

  it('is a patch of kustomize, whose rest is not known', () => {
    expect(leave(bare.replace(/ +image: .*\n/, ''))).toEqual([]);
  });

  it('is what is no Kubernetes object, with a sentence', () => {
    expect(leave('replicaCount: 2\nresources: {}\n')).toEqual([
      'not a Kubernetes object: apiVersion and kind are missing',
    ]);
    expect(leave('')).toEqual([]);
    expect(leave('# only a comment\n---\n')).toEqual([]);
  });

  it.each([
    ['kind: Deployment', 'kind: deployment', /^no API server knows kind deployment/],
    ['apps/v1', 'apps/v1beta1', /^no API server serves Deployment as apps\/v1beta1/],
    [/containers:[^]*/, 'containers: []\n', /^no API server takes a Deployment without containers/],
  ])('is an object that an audit cannot read, and nothing but that: %s', (from, to, message) => {
    const other = bare.replace(from, to);
    const { after, errors, reports } = fixed(`${bare}---\n${other}`);
    expect(errors).toEqual([
      { file: 'web.yaml', line: bare.split('\n').length + 1, message: expect.stringMatching(message) },
    ]);
    expect(reports).toHaveLength(3);
    expect(after).toBe(`${fixed(bare).after}---\n${other}`);
  });

  it('is what nothing is wrong with, quoted braces included', () => {
    const braces = objectExample('v1', 'ConfigMap', 'x: "{{ y }}"');
    expect(leave(braces)).toEqual([]);
  });
});

describe('anchors', () => {
  const shared = textsOf('fix').filter(({ file }) => /^(?:13|54)/.test(file));

  it('are not edited for others, and a sentence says so', () => {
    const reasons = fixTexts(shared, optionsFor()).flatMap(({ reports }) =>
      reports.filter(({ refused }) => refused !== undefined).map(({ by, refused }) => `${by}: ${refused}`),
    );
    expect(reasons).toEqual([
      'pre-stop-sleep: it needs terminationGracePeriodSeconds, and that is not written either',
      'grace-period: it comes from the anchor &grace, and what refers to that would change as well',
      'pre-stop-sleep: it comes from the anchor &main, and what refers to that would change as well',
    ]);
  });

  it('bring no violation by what is written without the rest', () => {
    for (const { text } of shared) {
      const { after } = fixed(text);
      const before = new Set(findingsIn([text], optionsFor()).map(({ check }) => check));
      expect(findingsIn([after], optionsFor()).filter(({ check }) => !before.has(check))).toEqual([]);
    }
  });
});

describe('--todo', () => {
  const options = optionsFor({ todo: true });

  it('leaves a comment where only the author knows, once', () => {
    const { after } = fixed(bare, options);
    const todos = after.split('\n').filter((line) => line.includes('# TODO'));
    expect(todos).toEqual([
      '              # TODO container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
      '          # TODO container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer',
      '          # TODO container app: no liveness probe [liveness-probe]; a hung process would never be restarted',
    ]);
    expect(fixed(after, options).after).toBe(after);
    expect(valuesIn(after)).toEqual(valuesIn(fixed(bare).after));
  });

  it('leaves none where nothing is missing, in JSON, and for what the selected checks do not ask', () => {
    expect(fixed(bare, optionsFor({ todo: true, checks: new Set(['memory-request']) })).after).not.toContain(
      'TODO',
    );
    const json = JSON.stringify(valuesIn(bare)[0]);
    expect(fixed(json, options).after).not.toContain('TODO');
    const measured = measuredExample();
    expect(fixed(measured, optionsFor({ todo: true, checks: new Set(['cpu-request']) })).after).toBe(
      measured,
    );
  });

  it('does not take the comment of one container for that of another', () => {
    const two = bare.replace(
      '        - name: app',
      '        - name: first\n          image: example.com/web:1\n        - name: app',
    );
    const { after } = fixed(two, optionsFor({ todo: true, checks: new Set(['readiness-probe']) }));
    expect(after.match(/# TODO container (?:first|app): no readiness/g)).toHaveLength(2);
  });
});

describe('a List', () => {
  it('is fixed item by item', () => {
    const item = bare.trimEnd().replaceAll(/^/gm, '    ').replace('    apiVersion', '  - apiVersion');
    const list = `apiVersion: v1\nkind: List\nitems:\n${item}\n${item.replaceAll('web', 'api')}\n`;
    const { after, reports } = fixed(list);
    expect(reports.map(({ path }) => path.slice(0, 2))).toEqual([
      ...Array.from({ length: 3 }, () => ['items', 0]),
      ...Array.from({ length: 3 }, () => ['items', 1]),
    ]);
    expect(after.match(/terminationGracePeriodSeconds: 45/g)).toHaveLength(2);
  });
});

describe('a stream of JSON objects', () => {
  const [object] = valuesIn(bare);
  const other = bare.replaceAll('web', 'api');

  it.each([
    ['as jq prints it', (text: string) => JSON.stringify(valuesIn(text)[0], null, 2), '\n'],
    ['on a line each', (text: string) => JSON.stringify(valuesIn(text)[0]), '\n'],
    ['without anything between', (text: string) => JSON.stringify(valuesIn(text)[0]), ''],
  ])('%s is fixed object by object, and stays one', (_name, print, between) => {
    const { after, reports, errors } = fixed([bare, other].map(print).join(between));
    expect(errors).toEqual([]);
    expect(reports.map((report) => report.object)).toEqual([
      ...['Deployment web', 'Deployment web', 'Deployment web'],
      ...['Deployment api', 'Deployment api', 'Deployment api'],
    ]);
    expect(after).toBe([bare, other].map((text) => fixed(print(text)).after).join(between));
    expect(valuesIn(fixed(JSON.stringify(object)).after)).toEqual(valuesIn(after).slice(0, 1));
  });

  it('may stand after a mark, beside YAML', () => {
    const json = JSON.stringify(object);
    const { after, errors } = fixed(`---\n${json}\n${json}\n---\n${bare}`);
    expect(errors).toEqual([]);
    const one = fixed(json).after;
    expect(after).toBe(`---\n${one}\n${one}\n---\n${fixed(bare).after}`);
  });
});

it('uses the profile that it is given', () => {
  const text = workloadExample(
    'containers: [{name: app, image: "example.com/web:1", lifecycle: {preStop: {sleep: {seconds: 60}}}}]',
  );
  const { after } = fixedWith('checks: { grace-period: { action: warn, minDrainSeconds: 100 } }', text);
  expect(added(text, after)).toEqual(['terminationGracePeriodSeconds: 160']);
  expect(profileNamed('test', configurationWith('checks: {}')).mutations).toEqual({});
});

it('leaves no comment beneath an amount that is there and is none', () => {
  const text = bare.replace(
    / +image: .*\n/,
    (image) =>
      `${image}${image.replace(/image: .*/, 'resources: { requests: { cpu: 100mm, memory: 128MB } }')}`,
  );
  const { after, left } = fixed(text, optionsFor({ todo: true }));
  expect(left).toBeGreaterThan(0);
  expect(after).toContain('cpu: 100mm, memory: 128MB');
  expect(after).not.toMatch(/TODO.*(?:cpu|memory)-request/);
});
