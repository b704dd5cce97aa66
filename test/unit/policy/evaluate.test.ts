import { describe, expect, it } from 'vitest';

import { cpuRequest } from '../../../src/policy/checks/cpu-request.ts';
import { gracePeriod } from '../../../src/policy/checks/grace-period.ts';
import { limitRange } from '../../../src/policy/checks/limit-range.ts';
import { livenessProbe } from '../../../src/policy/checks/liveness-probe.ts';
import { memoryRequest } from '../../../src/policy/checks/memory-request.ts';
import { readinessProbe } from '../../../src/policy/checks/readiness-probe.ts';
import { containerMatcher } from '../../../src/policy/objects/container-matcher.ts';
import { evaluate, type Finding, type Judged } from '../../../src/policy/evaluate.ts';
import { unknownSurroundings } from '../../../src/policy/graph.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { readWorkload } from '../../../src/policy/objects/workload-kinds.ts';
import { limitRanges, podOf } from './objects.ts';
import { profileOf } from './profiles.ts';

function judged(spec: string, annotations: Record<string, string> = {}, limits?: string): Judged {
  const workload = readWorkload(podOf(spec, annotations));
  if (workload === undefined) throw new Error('not a pod');
  return {
    workload,
    namespace: 'shop',
    pod: readPod(workload.object),
    limitRanges: limitRanges(limits),
    graph: unknownSurroundings,
  };
}

/** `CONTAINER CHECK`, with `pod` where a finding is about the pod as a whole. */
function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ container, check }) => `${container?.name ?? 'pod'} ${check}`);
}

/** One or two of several topics. */
const fewChecks = [cpuRequest, memoryRequest, limitRange, readinessProbe, livenessProbe, gracePeriod].map(
  (check) => ({ check }),
);

const bare = 'containers: [{ name: app }]';

describe('order', () => {
  const spec = `
    terminationGracePeriodSeconds: 1
    initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
    containers: [{ name: web }, { name: app }]
  `;

  it('is by container, then by check; the pod as a whole comes last', () => {
    expect(lines(evaluate(judged(spec), profileOf(...fewChecks)).findings)).toEqual([
      'web cpu-request',
      'web memory-request',
      'web readiness-probe',
      'web liveness-probe',
      'app cpu-request',
      'app memory-request',
      'app readiness-probe',
      'app liveness-probe',
      'setup cpu-request',
      'setup memory-request',
      'proxy cpu-request',
      'proxy memory-request',
      'proxy readiness-probe',
      'proxy liveness-probe',
      'pod grace-period',
    ]);
  });

  it('is by position, not by name, of containers that share one', () => {
    const twins = '{ containers: [{ name: app }, { name: app }] }';
    expect(evaluate(judged(twins), profileOf(...fewChecks)).findings.map(({ path }) => path[2])).toEqual([
      0, 0, 0, 0, 1, 1, 1, 1,
    ]);
  });
});

describe('findings', () => {
  it('carry the action of the profile', () => {
    const profile = profileOf(
      { check: cpuRequest, action: 'deny' },
      { check: readinessProbe, action: 'warn' },
    );
    expect(evaluate(judged(bare), profile).findings.map(({ check, action }) => [check, action])).toEqual([
      ['cpu-request', 'deny'],
      ['readiness-probe', 'warn'],
    ]);
  });

  it('come from the checks of the profile alone', () => {
    expect(evaluate(judged(bare), profileOf())).toEqual({
      findings: [],
      exempted: [],
      exemptReason: '',
      notices: [],
    });
  });

  it('come of parameters', () => {
    const profile = profileOf({ check: gracePeriod, parameters: { minDrainSeconds: 31 } });
    expect(lines(evaluate(judged(bare), profile).findings)).toEqual(['pod grace-period']);
  });

  it('never are about ephemeral containers: kubectl debug always works', () => {
    expect(
      evaluate(judged('ephemeralContainers: [{ name: debug }]'), profileOf(...fewChecks)).findings,
    ).toEqual([]);
  });
});

describe('topic', () => {
  it.each([
    ['resources', ['app cpu-request', 'app memory-request']],
    ['starting', ['app readiness-probe', 'app liveness-probe']],
    ['scaling', []],
    [undefined, ['app cpu-request', 'app memory-request', 'app readiness-probe', 'app liveness-probe']],
  ] as const)('%s', (topic, expected) => {
    expect(lines(evaluate(judged(bare), profileOf(...fewChecks), { topic }).findings)).toEqual(expected);
  });
});

describe('ignored containers', () => {
  const spec = 'containers: [{ name: app }, { name: istio-proxy, image: istio/proxyv2 }]';
  const ignores = containerMatcher({ names: ['istio-*'] });

  it('of a profile are left alone by every check', () => {
    const profile = { ...profileOf(...fewChecks), ignores };
    const { findings } = evaluate(judged(spec), profile);
    expect(findings.length).toBeGreaterThan(0);
    expect(lines(findings).filter((line) => line.startsWith('istio'))).toEqual([]);
  });

  it('of a check are left alone by this check only', () => {
    const profile = profileOf({ check: cpuRequest, ignores }, { check: readinessProbe });
    expect(lines(evaluate(judged(spec), profile).findings)).toEqual([
      'app cpu-request',
      'app readiness-probe',
      'istio-proxy readiness-probe',
    ]);
  });

  it('of a check add to those of the profile', () => {
    const profile = {
      ...profileOf({ check: readinessProbe, ignores: containerMatcher({ names: ['app'] }) }),
      ignores,
    };
    expect(evaluate(judged(spec), profile).findings).toEqual([]);
  });

  it('still count in what the pod needs as a whole', () => {
    const limits = '[{ type: Pod, max: { cpu: 1 } }]';
    const pod = 'containers: [{ name: istio-proxy, resources: { limits: { cpu: 2 } } }]';
    const profile = { ...profileOf({ check: limitRange }), ignores };
    expect(lines(evaluate(judged(pod, {}, limits), profile).findings)).toEqual(['pod limit-range']);
  });
});

describe('the limits of a profile', () => {
  const [limits] = limitRanges('[{ type: Container, max: { cpu: 1 } }]');
  const profile = { ...profileOf({ check: limitRange }), limits: limits === undefined ? [] : [limits] };
  const spec =
    'containers: [{ name: app, resources: { requests: { cpu: 2, memory: 1 }, limits: { cpu: 2 } } }]';

  it('are judged beside the LimitRanges of the namespace', () => {
    const { findings } = evaluate(judged(spec, {}, '[{ type: Container, min: { memory: 1Gi } }]'), profile);
    expect(findings.map(({ message, values }) => [message, values?.['resource']])).toEqual([
      ['min-request', 'memory'],
      ['max-limit', 'cpu'],
    ]);
  });

  it('are judged where the namespace has none', () => {
    expect(evaluate(judged(spec), profile).findings.map(({ message }) => message)).toEqual(['max-limit']);
  });
});

describe('exemptions', () => {
  const profile = profileOf(
    { check: cpuRequest },
    { check: readinessProbe, exemptible: true },
    { check: livenessProbe, exemptible: true, action: 'warn' },
  );
  const all = ['app cpu-request', 'app readiness-probe', 'app liveness-probe'];
  const asked = (exempt: string, reason?: string) => {
    const verdict = evaluate(
      judged(bare, {
        'gracegate.dev/exempt': exempt,
        ...(reason !== undefined && { 'gracegate.dev/exempt-reason': reason }),
      }),
      profile,
    );
    return { findings: lines(verdict.findings), exempted: lines(verdict.exempted), notices: verdict.notices };
  };

  it('take a finding out, and keep it in the books', () => {
    expect(asked('readiness-probe', 'a batch of old')).toEqual({
      findings: ['app cpu-request', 'app liveness-probe'],
      exempted: ['app readiness-probe'],
      notices: [],
    });
  });

  it('may name several checks', () => {
    expect(asked('liveness-probe, readiness-probe', 'a batch of old')).toEqual({
      findings: ['app cpu-request'],
      exempted: ['app readiness-probe', 'app liveness-probe'],
      notices: [],
    });
  });

  it.each([undefined, '', '  '])('are ignored with the reason %j', (reason) => {
    expect(asked('readiness-probe', reason)).toEqual({
      findings: all,
      exempted: [],
      notices: ['the exemption in gracegate.dev/exempt is ignored: gracegate.dev/exempt-reason must say why'],
    });
  });

  it('are ignored for a check that is not exemptible', () => {
    expect(asked('cpu-request', 'please')).toEqual({
      findings: all,
      exempted: [],
      notices: ['the exemption from cpu-request is ignored: profile test does not allow it'],
    });
  });

  it.each(['memory-request', 'readiness', '*', 'constructor'])('are of no use for %s', (id) => {
    expect(asked(id, 'please')).toEqual({
      findings: all,
      exempted: [],
      notices: [`the exemption from ${id} is of no use: profile test has no such check`],
    });
  });

  it('say nothing of a check that had nothing to object to', () => {
    const good = 'containers: [{ name: app, readinessProbe: { httpGet: { port: 80 } } }]';
    const annotations = { 'gracegate.dev/exempt': 'readiness-probe', 'gracegate.dev/exempt-reason': 'once' };
    expect(evaluate(judged(good, annotations), profile)).toMatchObject({ exempted: [], notices: [] });
  });
});
