/**
 * Every fixture gets exactly the verdict that is written beside it: the manifests of the documents from which the checks
 * come, each alone and with those that belong to it, and one of every kind of workload.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { audit, type AuditedObject } from '../../../src/audit/audit.ts';
import { flatten, unknownAmong } from '../../../src/audit/objects.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { describeProblem } from '../../../src/policy/words.ts';
import { tableReporter } from '../../../src/report/table.ts';
import { printed } from '../report/results.ts';

interface ExpectedFinding {
  readonly object: string;
  readonly check: string;
  readonly container: string | null;
  readonly action: 'deny' | 'warn';
}

/** An entry of a verdicts.yaml; the head of the file says what the fields mean. */
interface Verdict {
  readonly why: string;
  readonly errors?: readonly string[];
  readonly objects: readonly string[];
  readonly baseline: readonly ExpectedFinding[];
  readonly strict: readonly ExpectedFinding[];
}

/** An entry of documents.yaml; the head of the file says what the fields mean. */
interface Bundle {
  readonly files: readonly string[];
  readonly beside?: string;
  readonly namespace?: string;
  readonly why: string;
  readonly errors?: readonly string[];
  readonly strict: readonly ExpectedFinding[];
}

const verdictsFile = 'verdicts.yaml';
const documentsFile = 'documents.yaml';
const profileNames = ['baseline', 'strict'] as const;

describe.each(['seeds', 'workloads'])('the fixtures of %s', (folder) => {
  const verdicts = readYaml<Verdict>(folder, verdictsFile);

  it('have a verdict each, and every verdict has its fixture', () => {
    expect(Object.keys(verdicts).toSorted()).toEqual(fixturesOf(folder));
  });

  it.each(Object.entries(verdicts))('%s has a verdict that is complete', (_, verdict) => {
    const fields = ['why', 'errors', 'objects', 'baseline', 'strict'];
    expect(fields).toEqual(expect.arrayContaining(Object.keys(verdict)));
    expect(verdict.why.length).toBeGreaterThan(0);
  });

  describe.each(profileNames)('under %s', (profileName) => {
    it.each(Object.entries(verdicts))('%s', (file, expected) => {
      const { errors, objects } = auditFixtures(folder, { files: [file] }, profileName);
      expect({
        errors: errors.map(({ message }) => message),
        objects: objects.map(nameOf),
        findings: objects.flatMap(findingsOf),
      }).toEqual({
        errors: parts(expected.errors),
        objects: expected.objects,
        findings: expected[profileName],
      });
    });
  });
});

describe('the documents', () => {
  const bundles = readYaml<Bundle>('seeds', documentsFile);

  it.each(Object.entries(bundles))('%s', (_, bundle) => {
    const found = auditBundle(bundle);
    expect({
      errors: found.errors.map(({ message }) => message),
      findings: found.objects.flatMap(findingsOf),
    }).toEqual({ errors: parts(bundle.errors), findings: bundle.strict });
  });

  // The mistakes that their authors made, or made on purpose.
  it.each([
    [
      'kind in lower case',
      '000-07-horizontal-pod-autoscaler.yaml',
      'hpa-target',
      'kind deployment is in lower case',
    ],
    [
      'no apiVersion of the target',
      '002-19-myhpa-first.yaml',
      'hpa-target',
      'scaleTargetRef has no apiVersion',
    ],
    [
      'a version that is gone',
      '002-21-myhpa-v2-beta2.yaml',
      'hpa-target',
      'autoscaling/v2beta2 is not served',
    ],
    [
      'a field of another version',
      '002-21-myhpa-v2-beta2.yaml',
      'hpa-target',
      'is a field of autoscaling/v1',
    ],
    [
      'two autoscalers of one target',
      '002 second autoscaler',
      'hpa-conflict',
      'scales Deployment myweb-deploy as well',
    ],
    [
      'no requests under an autoscaler',
      '002 autoscaler without requests',
      'hpa-requests',
      'has no cpu request',
    ],
    ['replicas under an autoscaler', '002 autoscaler', 'hpa-replicas', 'every apply resets the scale'],
    [
      'sleep 30 of 30',
      '000-04-backend-app-pre-stop.yaml',
      'grace-period',
      'sleeps 30 s of a grace period of 30 s',
    ],
    ['sleep 30 of 30 at the end', '000 backend-app', 'grace-period', 'sleeps 30 s of a grace period of 30 s'],
    [
      'sleep 180 of 30',
      '003-01-webapp-pre-stop.yaml',
      'grace-period',
      'sleeps 180 s of a grace period of 30 s',
    ],
    [
      'identical probes',
      '000-03-backend-app-liveness.yaml',
      'liveness-fragile',
      'asks the same as readiness',
    ],
    [
      'failureThreshold 1',
      '003-03-webapp-probes.yaml',
      'liveness-fragile',
      'one failed liveness probe restarts it',
    ],
    ['policy/v1beta1', '003-04-echoserver-pdb.yaml', 'pdb-blocks', 'policy/v1beta1 is not served'],
    ['100m of memory', '002-14-myweb-reqlim-burstable.yaml', 'memory-request', '100m, less than one byte'],
    ['no resources', '002-15-myweb-reqlim-besteffort.yaml', 'cpu-request', 'no CPU request'],
  ])('%s is found in %s', (_, name, check, words) => {
    const { objects } = auditBundle(bundles[name] ?? { files: [name] });
    const findings = objects.flatMap(({ verdict }) => verdict.findings);
    const said = findings.filter((finding) => finding.check === check).map(describeProblem);
    expect(said).toContainEqual(expect.stringContaining(words));
  });

  it('get a report that an expert would sign', async () => {
    const alone = fixturesOf('seeds').map((file) => `# ${file}\n${report({ files: [file] })}`);
    const together = Object.entries(bundles).map(
      ([name, bundle]) => `# ${name}: ${bundle.files.join(', ')}\n${report(bundle)}`,
    );
    const reports = [...alone, ...together];
    await expect(reports.join('\n')).toMatchFileSnapshot('../../fixtures/golden/seeds-strict.txt');
  });
});

function pathOf(folder: string, file = ''): string {
  return fileURLToPath(new URL(`../../fixtures/${folder}/${file}`, import.meta.url));
}

function fixturesOf(folder: string): string[] {
  return readdirSync(pathOf(folder))
    .filter((file) => file.endsWith('.yaml') && file !== verdictsFile && file !== documentsFile)
    .toSorted();
}

function readYaml<Entry>(folder: string, file: string): Readonly<Record<string, Entry>> {
  const { manifests, errors } = parseManifests(readFileSync(pathOf(folder, file), 'utf8'), file);
  expect(errors).toEqual([]);
  return manifests[0]?.value as unknown as Readonly<Record<string, Entry>>;
}

type Manifests = Pick<Bundle, 'files' | 'beside' | 'namespace'>;

function auditBundle(bundle: Manifests) {
  return auditFixtures('seeds', bundle, 'strict');
}

/** As `gracegate audit -f FILE... --namespace NAME --profile NAME` does it. */
function auditFixtures(
  folder: string,
  { files, beside = '', namespace = 'default' }: Manifests,
  profileName: string,
) {
  const configuration = defaultConfiguration();
  const profile = configuration.profiles.get(profileName);
  if (profile === undefined) throw new Error(`there is no profile ${profileName}`);
  const parsed = [
    ...files.map((file) => parseManifests(readFileSync(pathOf(folder, file), 'utf8'), file)),
    parseManifests(beside, 'beside'),
  ];
  const items = parsed.flatMap(({ manifests }) => manifests).flatMap(flatten);
  const unknown = unknownAmong(items);
  const result = audit(items, { configuration, profile, namespace, unknown });
  return { ...result, errors: [...parsed.flatMap(({ errors }) => errors), ...result.errors] };
}

/** What the command prints, with what goes to standard error first. */
function report(bundle: Manifests): string {
  const result = auditBundle(bundle);
  const errors = result.errors.map(({ file, line, message }) => `${file}:${line}: ${message}\n`);
  return errors.join('') + printed(tableReporter, result);
}

function parts(texts: readonly string[] = []): unknown[] {
  return texts.map((text): unknown => expect.stringContaining(text));
}

function nameOf({ object }: AuditedObject): string {
  return `${object.kind.kind}/${object.name}`;
}

function findingsOf(audited: AuditedObject): ExpectedFinding[] {
  return audited.verdict.findings.map(({ check, container, action }) => ({
    object: nameOf(audited),
    check,
    container: container?.name ?? null,
    action,
  }));
}
