/** What no schema can say, and what `gracegate serve` would refuse when it is too late: a sentence with the place. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { objectKinds } from '../../../src/policy/objects/object-kinds.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { complaint, only, render } from './helm.ts';
import { variants } from './variants.ts';

type Case = [what: string, values: object, sentence: string];

const selfManaged = (lifetimes: object) => ({ certificates: { selfManaged: lifetimes } });
const certManager = (durations: object) => ({
  certificates: { mode: 'cert-manager', certManager: durations },
});

describe('of certificates', () => {
  const cases: Case[] = [
    [
      'files without a Secret',
      { certificates: { mode: 'files' } },
      'certificates.mode is files, but certificates.files.secretName is empty: name the Secret with tls.crt, tls.key and ca.crt',
    ],
    [
      'a Secret without the mode',
      { certificates: { files: { secretName: 'mine' } } },
      'certificates.files.secretName is set, but certificates.mode is self-managed: set certificates.mode to files, or leave the name out',
    ],
    [
      'an issuer without the mode',
      { certificates: { certManager: { issuerRef: { name: 'company' } } } },
      'certificates.certManager.issuerRef is set, but certificates.mode is self-managed: set certificates.mode to cert-manager, or leave the issuer out',
    ],
    [
      'a certificate that outlives its authority',
      selfManaged({ certificateLifetime: '9000h' }),
      'certificates.selfManaged.certificateLifetime is 9000h, but authorityLifetime is 365d: a certificate cannot outlive the authority that signs it',
    ],
    [
      'an overlap that the last third of an authority has no room for',
      selfManaged({ authorityLifetime: '1h', certificateLifetime: '10m', rotationOverlap: '601s' }),
      'certificates.selfManaged.rotationOverlap is 601s, but authorityLifetime is 1h: it can be a sixth of that at most',
    ],
    [
      'a certificate that cert-manager finds too short',
      certManager({ duration: '59m59s', renewBefore: '20m' }),
      'certificates.certManager.duration is 59m59s: cert-manager takes 1h at least',
    ],
    [
      'a renewal that cert-manager finds too late',
      certManager({ renewBefore: '299.5s' }),
      'certificates.certManager.renewBefore is 299.5s: cert-manager takes 5m at least',
    ],
    [
      'a renewal at once',
      certManager({ duration: '2h', renewBefore: '1h60m' }),
      'certificates.certManager.renewBefore is 1h60m, but duration is 2h: a certificate would be renewed as soon as it is there',
    ],
    [
      'an authority of cert-manager that ends with what it signs',
      certManager({ duration: '43800h' }),
      'certificates.certManager.authorityDuration is 43800h, but duration is 43800h: the authority must outlive what it signs',
    ],
  ];

  it.each(cases)('%s is refused', async (_, values, sentence) => {
    expect(await complaint(values)).toContain(sentence);
  });

  it.each([
    [
      'lifetimes at their bounds',
      selfManaged({ authorityLifetime: '1h', certificateLifetime: '60m', rotationOverlap: '10m' }),
    ],
    [
      'durations at their bounds',
      certManager({ duration: '1h', renewBefore: '59m59s500ms', authorityDuration: '60m1ms' }),
    ],
    [
      'the duration of an authority that is not made',
      certManager({ issuerRef: { name: 'company' }, authorityDuration: '1h' }),
    ],
    [
      'lifetimes of a mode that is not on',
      { certificates: { ...certManager({}).certificates, selfManaged: { certificateLifetime: '9000h' } } },
    ],
  ])('%s are taken', async (_, values) => {
    expect(only(await render(values), 'Deployment').metadata.name).toBe('gracegate');
  });
});

describe('of the configuration', () => {
  const known = 'there is no such profile, but baseline, shop, strict';
  const profiles = { shop: { extends: 'baseline' } };
  const crate = { apiVersion: 'example.com/v1', kind: 'Crate', resource: 'crates' };
  const cases: Case[] = [
    ...['mutate', 'enforce', 'warn', 'audit'].map<Case>((mode) => [
      `a default for ${mode} that there is not`,
      { profiles, defaults: { [mode]: 'basline' } },
      `configuration.defaults.${mode} is basline: ${known}`,
    ]),
    [
      'a default that is off',
      { defaults: { enforce: 'off' } },
      'configuration.defaults.enforce is off, which is no profile: leave it out, and the mode is off where no label asks for it',
    ],
    [
      'a profile to start from that there is not',
      { profiles: { shop: { extends: 'strickt' } } },
      `configuration.profiles.shop.extends is strickt: ${known}`,
    ],
    [
      'profiles in a circle',
      { profiles: { a: { extends: 'b' }, b: { extends: 'c' }, c: { extends: 'a' } } },
      'configuration.profiles extend each other in a circle: a -> b -> c -> a',
    ],
    [
      'a profile that extends itself',
      { profiles: { shop: { extends: 'shop' } } },
      'configuration.profiles extend each other in a circle: shop -> shop',
    ],
    [
      'a built-in profile in a circle',
      { profiles: { baseline: { extends: 'shop' }, shop: { extends: 'baseline' } } },
      'configuration.profiles extend each other in a circle: baseline -> shop -> baseline',
    ],
    [
      'a kind a second time, in another version',
      { workloads: [crate, { ...crate, apiVersion: 'example.com/v2' }] },
      'configuration.workloads[1] is Crate of example.com/v2, which Gracegate knows already: leave it out',
    ],
    ...[...workloadKinds, ...objectKinds].map<Case>(({ group, version, kind, resource }) => {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      return [
        `the kind ${kind}`,
        { workloads: [crate, { apiVersion, kind, resource }] },
        `configuration.workloads[1] is ${kind} of ${apiVersion}, which Gracegate knows already: leave it out`,
      ];
    }),
  ];

  it.each(cases)('%s is refused', async (_, configuration, sentence) => {
    expect(await complaint({ configuration })).toContain(sentence);
  });

  it.each([
    ['a profile of the file', { profiles, defaults: { mutate: 'shop', enforce: 'strict' } }],
    [
      'a built-in profile that is refined',
      { profiles: { baseline: { extends: 'baseline' }, shop: { extends: 'baseline' } } },
    ],
    [
      'a way of many profiles',
      { profiles: { a: { extends: 'b' }, b: { extends: 'c' }, c: { extends: 'strict' } } },
    ],
    ['a kind of another group', { workloads: [{ ...crate, kind: 'Deployment' }, crate] }],
  ])('%s is taken', async (_, configuration) => {
    const { data } = only(await render({ configuration }), 'ConfigMap') as unknown as {
      data: Record<string, string>;
    };
    expect(parse(data['configuration.yaml'] ?? '')).toMatchObject(configuration);
  });
});

describe('of the container', () => {
  it('an argument that the chart sets is refused, whichever it is', async () => {
    const containers = await Promise.all(
      Object.values(variants).map(
        async (values) => only(await render(values), 'Deployment')['spec'].template.spec.containers[0],
      ),
    );
    const own = ['--host=0.0.0.0'];
    expect(variants['everything']).toHaveProperty('extraArgs', own);
    const flags = new Set(
      containers
        .flatMap(({ args }: { args: string[] }) => args.slice(1))
        .filter((one) => !own.includes(one))
        .map((one) => one.split('=')[0] ?? ''),
    );
    expect(flags).toContain('--health-port');
    expect(flags).toContain('--ca-file');
    for (const flag of flags) {
      const sentence = `extraArgs has ${flag}, which the chart sets itself: set `;
      expect(await complaint({ extraArgs: ['--host=::', `${flag}=1`] })).toContain(sentence);
    }
    expect(await complaint({ extraArgs: ['--port', '9443'] })).toContain('set ports.webhook instead');
  });

  it.each(['POD_NAME', 'POD_NAMESPACE'])('the variable %s is refused', async (name) => {
    const sentence = `extraEnv sets ${name}, which the chart sets itself: leave it out`;
    expect(await complaint({ extraEnv: [{ name, value: 'x' }] })).toContain(sentence);
  });
});

describe('of names', () => {
  it.each([
    ['1abc', '1abc-gracegate'],
    ['x.y', 'x.y-gracegate'],
    ['gracegate.v2', 'gracegate.v2'],
  ])('the release %s is refused, because no Service is called so', async (release, name) => {
    const sentence = `the objects of the release ${release} would be called ${name}, and a Service cannot be: set fullnameOverride to at most 52 small letters, digits and hyphens that begin with a letter`;
    expect(await complaint({}, { release })).toContain(sentence);
  });

  it('a longer name is cut', async () => {
    const objects = await render({ nameOverride: 'gate'.repeat(13) });
    expect(only(objects, 'Service').metadata.name).toBe(`gracegate-${'gate'.repeat(10)}ga`);
  });
});

describe('of the rest', () => {
  const cases: Case[] = [
    [
      'verification of clients without a CA',
      { clientVerification: { enabled: true } },
      'clientVerification.enabled is true, but clientVerification.configMapName is empty: name the ConfigMap with the CA of the client certificates',
    ],
    [
      'names of clients without verification',
      { clientVerification: { names: ['api-server'] } },
      'clientVerification.names is set, but clientVerification.enabled is false: everybody would be heard',
    ],
    [
      'one port for two things',
      { ports: { webhook: 9443, health: 9443 } },
      'ports.webhook and ports.health are both 9443: reviews and health need a port each',
    ],
    [
      'the default ServiceAccount',
      { serviceAccount: { create: false } },
      'serviceAccount.create is false, but serviceAccount.name is empty: the chart would give its rights to the default ServiceAccount, and so to every pod of the namespace',
    ],
    [
      'a label of the chart itself',
      { commonLabels: { 'app.kubernetes.io/name': 'x' } },
      'commonLabels sets app.kubernetes.io/name, which the chart sets itself: leave it out',
    ],
    [
      'a label set twice',
      { commonLabels: { team: 'a' }, podLabels: { team: 'b' } },
      'commonLabels and podLabels both set team: set it in one of them',
    ],
    [
      'an audit by a profile that there is not',
      {
        configuration: { profiles: { shop: { extends: 'baseline' } } },
        audit: { enabled: true, profile: 'shopp' },
      },
      'audit.profile is shopp: there is no such profile, but baseline, shop, strict',
    ],
    [
      'a quota for a priority that needs none',
      { systemPriorityQuota: true, priorityClassName: '' },
      'systemPriorityQuota is true, but priorityClassName is empty: name the class, or leave the quota out',
    ],
  ];

  it.each(cases)('%s is refused', async (_, values, sentence) => {
    expect(await complaint(values)).toContain(sentence);
  });

  it('a quota in kube-system is refused, because it would count what is there', async () => {
    const sentence =
      'systemPriorityQuota is true, but the namespace is kube-system: the quota would count every pod';
    expect(await complaint({ systemPriorityQuota: true }, { namespace: 'kube-system' })).toContain(sentence);
  });
});
