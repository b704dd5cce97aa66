import { describe, expect, it } from 'vitest';
import { objectExample, together } from '../../../../src/policy/example.ts';
import { deployment, leftAlone, mended } from './cases.ts';

const hooked = (hook: string, grace?: number): string =>
  deployment(`${grace === undefined ? '' : `terminationGracePeriodSeconds: ${grace}\n`}containers:
  - name: app
    image: example.com/web:1
    lifecycle: {preStop: ${hook}}
`);

describe('grace-period', () => {
  const profile = 'checks: { grace-period: { action: deny } }';

  it('is made as long as the sleep and the time to drain', () => {
    expect(mended(profile, hooked('{sleep: {seconds: 30}}', 30))).toBe(hooked('{sleep: {seconds: 30}}', 40));
    expect(mended(profile, hooked('{exec: {command: [sleep, "45"]}}', 20))).toBe(
      hooked('{exec: {command: [sleep, "45"]}}', 55),
    );
  });

  it('is raised where it is too short by itself', () => {
    expect(mended(profile, hooked('{exec: {command: [/stop]}}', 3))).toBe(
      hooked('{exec: {command: [/stop]}}', 10),
    );
  });

  it('is written at the end of the pod where there is none', () => {
    const before = hooked('{sleep: {seconds: 30}}');
    expect(mended(profile, before)).toBe(`${before}      terminationGracePeriodSeconds: 40\n`);
  });

  it('is left alone where it is enough, and where the hook never ends', () => {
    expect(mended(profile, hooked('{sleep: {seconds: 10}}', 20))).toBe(leftAlone);
    expect(mended(profile, hooked('{exec: {command: [sleep, infinity]}}', 20))).toBe(leftAlone);
  });
});

describe('deregistration-delay', () => {
  const profile = 'checks: { deregistration-delay: { action: deny } }';
  const balanced = (grace: number): string =>
    together(
      hooked('{sleep: {seconds: 5}}', grace),
      objectExample('v1', 'Service', 'selector:\n  app: web\nports:\n  - port: 80\n'),
      `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=60
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: web, port: {number: 80}}}
`,
    );

  it('is outlived', () => expect(mended(profile, balanced(45))).toBe(balanced(70)));
  it('is not touched where it is', () => expect(mended(profile, balanced(60))).toBe(leftAlone));
});

describe('pre-stop', () => {
  const check = 'checks: { pre-stop: { action: deny, minSeconds: 10 } }';
  const sleeping = `mutations: { pre-stop-sleep: { seconds: 12 } }\n${check}`;

  it('takes the sleep of the profile in place of a tcpSocket', () => {
    expect(mended(sleeping, hooked('{tcpSocket: {port: 80}}'))).toBe(hooked('{sleep: {seconds: 12}}'));
    expect(mended(check, hooked('{tcpSocket: {port: 80}}'))).toBe(leftAlone);
  });

  it('does so as a command where the profile wants one', () => {
    const exec = `mutations: { pre-stop-sleep: { seconds: 12, method: exec } }\n${check}`;
    expect(mended(exec, hooked('{tcpSocket: {port: 80}}'))).toBe(hooked('{exec: {command: [sleep, "12"]}}'));
  });

  it('makes a native sleep longer, and leaves that of a command', () => {
    expect(mended(check, hooked('{sleep: {seconds: 5}}'))).toBe(hooked('{sleep: {seconds: 10}}'));
    expect(mended(check, hooked('{exec: {command: [sleep, "5"]}}'))).toBe(leftAlone);
    expect(mended(check, hooked('{sleep: {seconds: 0}}'))).toBe(leftAlone);
  });
});
