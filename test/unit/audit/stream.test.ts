/** Read one by one or held all at once: the verdicts are the same. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { audit, type AuditedObject, type AuditOptions } from '../../../src/audit/audit.ts';
import { flatten, unknownAmong } from '../../../src/audit/objects.ts';
import { auditManifests } from '../../../src/audit/stream.ts';
import type { Manifest, ManifestError } from '../../../src/manifests/manifest.ts';
import { parseManifests, readDocuments } from '../../../src/manifests/parse.ts';
import { checks } from '../../../src/policy/checks/registry.ts';
import { reportedObject } from '../../../src/report/reported.ts';
import { configured, profileNamed } from '../config/configurations.ts';
import { fewOptions } from './audits.ts';

/** Every check there is, so that nothing that one of them looks up can be forgotten. */
const everyCheck = configured(
  `profiles: { every: { extends: strict, checks: { ${checks.map(({ id }) => `${id}: { action: deny }`).join(', ')} } } }`,
);
const options: AuditOptions = {
  configuration: everyCheck,
  profile: profileNamed('every', everyCheck),
  namespace: 'default',
};

type Texts = Readonly<Record<string, string>>;

/** What the files of a test hold, and how often and how much of it was read. */
class Files {
  passes = 0;
  read = 0;
  readonly #texts: Texts;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  async *manifests(isWanted?: (text: string) => boolean): AsyncGenerator<Manifest | ManifestError> {
    this.passes += 1;
    for (const [file, text] of Object.entries(this.#texts)) {
      for (const read of readDocuments(text, file, isWanted)) {
        this.read += 1;
        yield Promise.resolve(read);
      }
    }
  }
}

interface Collected {
  readonly objects: unknown[];
  readonly errors: unknown[];
}

const comparable = (audited: AuditedObject) => ({
  ...reportedObject(audited),
  life: audited.life(),
  findings: audited.verdict.findings.map(({ check, message, values, path }) => ({
    check,
    message,
    values,
    path,
  })),
});

const byText = (a: unknown, b: unknown): number => JSON.stringify(a).localeCompare(JSON.stringify(b));

async function streamed(files: Files, over: Partial<AuditOptions> = {}): Promise<Collected> {
  const collected: Collected = { objects: [], errors: [] };
  for await (const one of auditManifests((isWanted) => files.manifests(isWanted), { ...options, ...over })) {
    if ('message' in one) collected.errors.push(one);
    else collected.objects.push(comparable(one));
  }
  return collected;
}

function atOnce(texts: Texts, over: Partial<AuditOptions> = {}): Collected {
  const parsed = Object.entries(texts).map(([file, text]) => parseManifests(text, file));
  const items = parsed.flatMap(({ manifests }) => manifests.flatMap(flatten));
  const result = audit(items, { ...options, unknown: unknownAmong(items), ...over });
  return {
    objects: result.objects.map(comparable),
    errors: [...parsed.flatMap(({ errors }) => errors), ...result.errors],
  };
}

/** The audit in both ways. Errors are in another order, as one of them reads all files first. */
async function both(texts: Texts, over: Partial<AuditOptions> = {}) {
  const [found, wanted] = [await streamed(new Files(texts), over), atOnce(texts, over)];
  for (const { errors } of [found, wanted]) errors.sort(byText);
  return { found, wanted };
}

const fixtures = new URL('../../fixtures/', import.meta.url);

function textsOf(folder: string): Texts {
  const url = new URL(`${folder}/`, fixtures);
  const files = readdirSync(url).filter(
    (file) => file.endsWith('.yaml') && !/^(?:verdicts|documents)/.test(file),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, url), 'utf8')]));
}

describe('an audit that holds nothing', () => {
  it.each(
    checks.flatMap(({ id, examples: { bad, good } }) => [
      [`${id}: bad`, bad],
      [`${id}: good`, good],
    ]),
  )('finds what one finds that holds everything, in the example %s', async (_name, text) => {
    const { found, wanted } = await both({ 'example.yaml': text });
    expect(found).toEqual(wanted);
  });

  it.each(['seeds', 'workloads'])('finds it in the fixtures of %s, all together', async (folder) => {
    const { found, wanted } = await both(textsOf(folder));
    expect(found).toEqual(wanted);
    expect(found.objects.length).toBeGreaterThan(10);
  });

  it('finds it whatever is in which file, and in which order', async () => {
    const documents = checks.flatMap(({ examples }) => [
      ...examples.bad.split(/^---\n/m),
      ...examples.good.split(/^---\n/m),
    ]);
    const shuffled = fc.tuple(
      fc.shuffledSubarray(documents, { minLength: 4, maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([chosen, count]) => {
        const texts = Array.from({ length: count }, (_, file) => [
          `${file}.yaml`,
          chosen.filter((_document, index) => index % count === file).join('\n---\n'),
        ]);
        const { found, wanted } = await both(Object.fromEntries(texts) as Texts);
        expect(found).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('finds what is in lists, in flow style and in JSON', async () => {
    const pod =
      '{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { a: b } }, spec: { containers: [{ name: app }] } }';
    const budget =
      '{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: p }, spec: { maxUnavailable: 0, selector: { matchLabels: { a: b } } } }';
    const limits =
      '{ apiVersion: v1, kind: LimitRange, spec: { limits: [{ type: Container, defaultRequest: { cpu: 1 } }] } }';
    const {
      found: { objects, errors },
      wanted,
    } = await both({
      'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${pod}\n- ${budget}\n`,
      'flow.yaml': `${pod.replace('name: a', 'name: c')}\n---\n? kind\n: Service\napiVersion: v1\nmetadata: { name: s }\n`,
      'limits.json': JSON.stringify(parseManifests(limits, '').manifests[0]?.value, null, 2),
    });
    expect({ objects, errors }).toEqual(wanted);
    expect(JSON.stringify(objects)).not.toContain('"cpu-request"');
    expect(JSON.stringify(objects)).toContain('"pdb-blocks"');
  });

  it('says in its place what could not be read or is no object', async () => {
    const { errors } = await streamed(
      new Files({ 'a.yaml': 'kind: [\n---\na: 1\n', 'b.yaml': 'kind: Pod\n' }),
    );
    expect(errors).toMatchObject([
      { file: 'a.yaml', line: 2 },
      { file: 'a.yaml', line: 3, message: 'not a Kubernetes object: apiVersion and kind are missing' },
      { file: 'b.yaml', line: 1, message: 'not a Kubernetes object: Pod without apiVersion' },
    ]);
  });

  it('knows of a Secret what it has, without holding it', async () => {
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i }\nspec: { tls: [{ secretName: s }] }\n';
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n';
    const unknown = new Set([]);
    const other = await both({ 'a.yaml': `${ingress}---\n${secret}data: { password: YQ== }\n` }, { unknown });
    expect(other.found).toEqual(other.wanted);
    expect(JSON.stringify(other.found.objects)).toContain('"wrong-type"');
    const pair = 'stringData: { tls.crt: a, tls.key: b }';
    const right = await both({ 'a.yaml': `${ingress}---\n${secret}${pair}\n` }, { unknown });
    expect(right.found).toEqual(right.wanted);
    expect(JSON.stringify(right.found.objects)).not.toContain('"tls-reference"');
  });

  it('takes the caller at its word for what is unknown', async () => {
    const target = 'scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: gone }';
    const hpa = `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: { ${target}, maxReplicas: 9 }\n`;
    const known = await both({ 'hpa.yaml': hpa });
    expect(known.found).toEqual(known.wanted);
    expect(JSON.stringify(known.found.objects)).toContain('"missing"');
    const blind = await both({ 'hpa.yaml': hpa }, { unknown: new Set(['workloads']) });
    expect(blind.found).toEqual(blind.wanted);
    expect(JSON.stringify(blind.found.objects)).not.toContain('"missing"');
  });
});

const deployments = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web-${index} }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app }] } }
`,
  ).join('---\n');
const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;

describe('what is read before the first verdict', () => {
  it('is nothing of workloads that no check looks up', async () => {
    const files = new Files({ 'a.yaml': deployments(20) });
    await streamed(files);
    expect([files.passes, files.read]).toEqual([2, 20]);
  });

  it('is what stands beside them, and the workloads where that is judged by them', async () => {
    const files = new Files({ 'a.yaml': deployments(20) + budget });
    await streamed(files);
    expect([files.passes, files.read]).toEqual([3, 1 + 21 + 21]);
  });

  it('is not even that where no check looks up anything', async () => {
    const files = new Files({ 'a.yaml': deployments(20) + budget });
    await streamed(files, fewOptions());
    expect(files.passes).toBe(2);
    const limits = checks.filter(({ needs = [] }) => needs.length === 0).map(({ id }) => id);
    const without = new Files({ 'a.yaml': deployments(20) + budget });
    await streamed(without, { checks: new Set(limits.filter((id) => id !== 'hpa-bounds')) });
    expect([without.passes, without.read]).toEqual([2, 21]);
  });
});
