import { describe, expect, it } from 'vitest';

import { defaultConfiguration } from '../../../src/config/load.ts';
import type { Violation } from '../../../src/policy/check.ts';
import { evaluate } from '../../../src/policy/evaluate.ts';
import type { Path } from '../../../src/policy/json.ts';
import { probePort } from '../../../src/policy/checks/probe-port.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import {
  describeProblem,
  describeRefusal,
  describeViolation,
  describeObject,
  fieldPath,
  limitLines,
  problemOf,
} from '../../../src/policy/words.ts';
import { unknownSurroundings } from '../../../src/policy/graph.ts';
import { readWorkload, type Workload } from '../../../src/policy/objects/workload-kinds.ts';
import { podOf, podView, workloadOf } from './objects.ts';

function workload(kind: string, spec: string): Workload {
  const read = readWorkload(workloadOf(kind, podOf(spec)));
  if (read === undefined) throw new Error(`not a ${kind}`);
  return read;
}

/** A violation of cpu-request by the container of that index. */
function missingCpu(spec: string, index: number): Violation {
  const container = podView(spec).containers[index];
  return { check: 'cpu-request', message: 'missing', ...(container && { container }), path: [] };
}

it('clips what no API server has validated yet', () => {
  const long = 'x'.repeat(3_000_000);
  const spec = `containers: [{ name: ${long} }]`;
  const [container] = podView(spec).containers;
  const named = { ...workload('Deployment', spec), name: long };
  const violation: Violation = {
    check: 'probe-port',
    message: Object.keys(probePort.messages)[0] ?? '',
    ...(container && { container }),
    path: [],
    values: Object.fromEntries(['port', 'users'].map((key) => [key, long])),
  };
  expect(describeObject(named)).toBe(`Deployment shop/${'x'.repeat(253)} ...`);
  expect(describeRefusal(named, 'shop', 'baseline', [violation]).length).toBeLessThan(10_000);
});

describe('a refusal', () => {
  it('says what, where, under which profile, and what to write', () => {
    const web = workload(
      'Deployment',
      'containers: [{ name: app, resources: { requests: { memory: 1Gi } }, livenessProbe: { httpGet: { port: 80 } } }]',
    );
    const profile = defaultConfiguration().profiles.get('baseline');
    if (profile === undefined) throw new Error('no baseline');
    const { findings } = evaluate(
      {
        workload: web,
        namespace: 'shop',
        pod: readPod(web.template),
        limitRanges: [],
        graph: unknownSurroundings,
      },
      profile,
    );
    expect(
      describeRefusal(
        web,
        'shop',
        profile.name,
        findings.filter(({ action }) => action === 'deny'),
      ),
    ).toBe(
      `Deployment shop/web would not start, scale and stop safely (profile baseline, 2 problems):
  container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m
  container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer
Explain: gracegate explain cpu-request`,
    );
  });

  it('counts one problem in the singular', () => {
    expect(
      describeRefusal(workload('Pod', '{}'), 'shop', 'strict', [
        missingCpu('containers: [{ name: app }]', 0),
      ]),
    ).toBe(
      `Pod shop/web would not start, scale and stop safely (profile strict, 1 problem):
  container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m
Explain: gracegate explain cpu-request`,
    );
  });

  it('lists 20 problems and counts the rest', () => {
    const violations = Array.from({ length: 23 }, () => missingCpu('containers: [{ name: app }]', 0));
    const lines = describeRefusal(workload('Pod', '{}'), 'shop', 'strict', violations).split('\n');
    expect(lines[0]).toContain('(profile strict, 23 problems)');
    expect(lines).toHaveLength(1 + 20 + 1 + 1);
    expect(lines.at(-2)).toBe('  and 3 more');
  });
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const line = (number: number): string => `line ${number}`;

describe('limitLines', () => {
  it.each([0, 1, 19, 20])('keeps %i lines', (count) => {
    expect(limitLines(numbers(count), line)).toEqual(numbers(count).map(line));
  });

  it('cuts the 21st', () => {
    expect(limitLines(numbers(21), line)).toEqual([...numbers(20).map(line), 'and 1 more']);
  });
});

describe('a violation', () => {
  const spec = `
    containers: [{ name: app }]
    initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
    ephemeralContainers: [{ name: debug }]
  `;

  it.each([
    [0, 'container app: '],
    [1, 'init container setup: '],
    [2, 'sidecar proxy: '],
    [3, 'ephemeral container debug: '],
    [4, 'pod: '],
  ])('names container %i', (index, place) => {
    expect(describeViolation(missingCpu(spec, index))).toBe(
      `${place}no CPU request [cpu-request]; set resources.requests.cpu, for example 100m`,
    );
  });

  it('comes without place and check, and without advice, for where these stand elsewhere', () => {
    const violation = missingCpu(spec, 0);
    expect(describeProblem(violation)).toBe('no CPU request; set resources.requests.cpu, for example 100m');
    expect(problemOf(violation)).toBe('no CPU request');
  });

  it('has its placeholders filled, with whatever stands in the values', () => {
    const values = { sleep: '$& {grace}', grace: 0, left: 1 };
    expect(problemOf({ check: 'grace-period', message: 'sleep-too-long', path: [], values })).toBe(
      'preStop sleeps $& {grace} s of a grace period of 0 s, 1 s are left to drain',
    );
  });

  it.each([
    ['cpu-request', 'unheard-of'],
    ['unheard-of', 'missing'],
  ])('without words is a bug: %s, %s', (check, message) => {
    expect(() => problemOf({ check, message, path: [] })).toThrow(`check ${check} has no message ${message}`);
  });
});

describe('describeObject', () => {
  const template = 'containers: []';

  it('prefers the namespace of the object', () => {
    expect(describeObject(workload('CronJob', template), 'other')).toBe('CronJob shop/web');
  });

  it.each([
    ['other', 'Pod other/web'],
    [undefined, 'Pod web'],
  ])('falls back on that of the request: %s', (namespace, text) => {
    expect(describeObject({ ...workload('Pod', template), namespace: undefined }, namespace)).toBe(text);
  });
});

describe('fieldPath', () => {
  it.each<[Path, string]>([
    [[], ''],
    [['spec'], 'spec'],
    [
      ['spec', 'template', 'spec', 'containers', 0, 'readinessProbe'],
      'spec.template.spec.containers[0].readinessProbe',
    ],
    [['resources', 'limits', 'example.com/device'], 'resources.limits[example.com/device]'],
    [['metadata', 'annotations', 'gracegate.dev/exempt'], 'metadata.annotations[gracegate.dev/exempt]'],
    [['a', 'b_c-d', ''], 'a.b_c-d[]'],
    [[0, 1], '[0][1]'],
  ])('%j is %s', (path, text) => {
    expect(fieldPath(path)).toBe(text);
  });
});
