import { describe, expect, it } from 'vitest';
import { deployment, leftAlone, mended } from './cases.ts';

const probed = (probes: string): string =>
  deployment(`containers:
  - name: app
    image: example.com/web:1
    ports: [{name: http, containerPort: 8080}]
${probes.trim().replaceAll(/^/gm, '    ')}
  - name: proxy
    image: example.com/proxy:1
    ports: [{name: proxy, containerPort: 9090}]
`);

const readiness = (rest: string, path = '/ready') =>
  `readinessProbe: {httpGet: {path: ${path}, port: 8080}${rest}}`;
const liveness = (rest: string, path = '/live') =>
  `livenessProbe: {httpGet: {path: ${path}, port: 8080}${rest}}`;

describe('liveness-before-readiness', () => {
  const profile = 'checks: { liveness-before-readiness: { action: deny } }';

  it('lets liveness begin so late that it cannot kill before readiness is asked', () => {
    const slow = readiness(', initialDelaySeconds: 60');
    const before = probed(`${slow}\n${liveness(', periodSeconds: 5, initialDelaySeconds: 5')}`);
    expect(mended(profile, before)).toBe(
      probed(`${slow}\n${liveness(', periodSeconds: 5, initialDelaySeconds: 50')}`),
    );
    expect(mended(profile, probed(`${slow}\n${liveness('')}`))).toBe(
      probed(`${slow}\n${liveness(', initialDelaySeconds: 40')}`),
    );
  });

  it('gives a startup probe that asks the same more failures', () => {
    const startup = (failures: string) =>
      `startupProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 5${failures}}`;
    const slow = readiness(', initialDelaySeconds: 62');
    const before = probed(`${slow}\n${startup(', failureThreshold: 2')}`);
    expect(mended(profile, before)).toBe(probed(`${slow}\n${startup(', failureThreshold: 14')}`));
  });

  it('leaves what fits', () =>
    expect(mended(profile, probed(`${readiness('')}\n${liveness('')}`))).toBe(leftAlone));
});

describe('liveness-fragile', () => {
  const profile = 'checks: { liveness-fragile: { action: deny } }';

  it('allows three failures instead of one', () => {
    const of = (failures: number) =>
      probed(`${readiness('')}\n${liveness(`, failureThreshold: ${failures}`)}`);
    expect(mended(profile, of(1))).toBe(of(3));
    expect(mended(profile, of(2))).toBe(leftAlone);
  });

  it('is twice as patient as readiness where both ask the same', () => {
    const of = (rest: string) => probed(`${readiness(', periodSeconds: 4', '/')}\n${liveness(rest, '/')}`);
    expect(mended(profile, of(', periodSeconds: 3'))).toBe(of(', periodSeconds: 3, failureThreshold: 8'));
    expect(mended(profile, of(', periodSeconds: 3, failureThreshold: 1'))).toBe(
      of(', periodSeconds: 3, failureThreshold: 8'),
    );
  });
});

describe('probe-port', () => {
  const profile = 'checks: { probe-port: { action: deny } }';

  it('writes the number of a port of another container, wherever the name stands', () => {
    const of = (port: string) =>
      probed(`readinessProbe: {httpGet: {port: ${port}}}
livenessProbe: {tcpSocket: {port: ${port}}}
lifecycle: {postStart: {httpGet: {port: ${port}}}}`);
    expect(mended(profile, of('proxy'))).toBe(of('9090'));
  });

  it('leaves a name that nobody declares', () => {
    expect(mended(profile, probed('readinessProbe: {httpGet: {port: web}}'))).toBe(leftAlone);
    expect(mended(profile, probed('readinessProbe: {httpGet: {port: http}}'))).toBe(leftAlone);
  });
});

describe('exec-probe', () => {
  const of = (period: number) =>
    probed(`readinessProbe: {exec: {command: [/check]}, periodSeconds: ${period}}`);

  it('is asked as seldom as the profile wants', () => {
    expect(mended('checks: { exec-probe: { action: warn } }', of(1))).toBe(of(5));
    expect(mended('checks: { exec-probe: { action: warn, minPeriodSeconds: 20 } }', of(10))).toBe(of(20));
    expect(mended('checks: { exec-probe: { action: warn } }', of(5))).toBe(leftAlone);
  });
});

describe('a fix that would bring another violation', () => {
  it('is not made', () => {
    const checks =
      'liveness-before-readiness: { action: deny }, startup-probe: { action: deny, maxInitialDelaySeconds: 10 }';
    expect(
      mended(`checks: { ${checks} }`, probed(`${readiness(', initialDelaySeconds: 60')}\n${liveness('')}`)),
    ).toBe(leftAlone);
  });

  it('is made where that can be fixed as well', () => {
    const of = (period: number, rest: string) =>
      probed(`readinessProbe: {exec: {command: [/c]}, periodSeconds: ${period}}
livenessProbe: {exec: {command: [/c]}, periodSeconds: 5${rest}}`);
    const profile = 'checks: { exec-probe: { action: deny }, liveness-fragile: { action: deny } }';
    expect(mended(profile, of(1, ''))).toBe(of(5, ', failureThreshold: 6'));
  });
});
