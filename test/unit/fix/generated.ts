/** Manifests of chance in the styles that projects write them in. The seed is fixed: every run has the same. */
import fc from 'fast-check';
import { Document, isMap, isScalar, isSeq, visit } from 'yaml';
import type { SourceText } from '../../../src/fix/fix-texts.ts';

interface Style {
  readonly indent: 2 | 3 | 4;
  readonly indentSeq: boolean;
  readonly singleQuote: boolean;
  readonly crlf: boolean;
  readonly finalBreak: boolean;
  /** Share of the small collections that are written in flow style, of ten. */
  readonly flow: number;
  readonly padding: boolean;
  readonly quotedKeys: boolean;
  /** Lines that get a comment above or behind, of ten. */
  readonly comments: number;
  readonly blankLines: boolean;
}

const style: fc.Arbitrary<Style> = fc.record({
  indent: fc.constantFrom(2, 2, 2, 3, 4),
  indentSeq: fc.boolean(),
  singleQuote: fc.boolean(),
  crlf: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  finalBreak: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
  flow: fc.constantFrom(0, 0, 3, 8),
  padding: fc.boolean(),
  quotedKeys: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  comments: fc.constantFrom(0, 2, 5),
  blankLines: fc.boolean(),
});

function some<T>(value: fc.Arbitrary<T>, ofTen = 5): fc.Arbitrary<T | undefined> {
  return fc.integer({ min: 0, max: 9 }).chain((n) => (n < ofTen ? value : fc.constant(undefined)));
}

const probe = fc.record({
  httpGet: fc.record({ path: fc.constantFrom('/', '/healthz', '/ready'), port: fc.constantFrom(8080, 9090) }),
  initialDelaySeconds: some(fc.constantFrom(0, 5, 30, 60)),
  periodSeconds: some(fc.constantFrom(1, 5, 10)),
  failureThreshold: some(fc.constantFrom(1, 2, 3)),
});

const execProbe = fc.record({
  exec: fc.constant({ command: ['/bin/check', '--quick: yes'] }),
  periodSeconds: some(fc.constantFrom(1, 2, 10)),
});

const amounts = fc.record({
  cpu: some(fc.constantFrom('100m', '1', 2, 0.5)),
  memory: some(fc.constantFrom('64Mi', '100Mi', '1Gi', 268435456)),
});

const resources = fc
  .constantFrom<'none' | 'empty' | 'null' | 'limits' | 'requests'>(
    'none',
    'empty',
    'null',
    'limits',
    'requests',
  )
  .chain((kind) => {
    if (kind === 'none') return fc.constant(undefined);
    if (kind === 'empty') return fc.constant({});
    if (kind === 'null') return fc.constant(null);
    return amounts.map((found) => ({ [kind]: found }));
  });

const lifecycle = fc.constantFrom<unknown>(
  undefined,
  undefined,
  {},
  null,
  { preStop: { tcpSocket: { port: 8080 } } },
  { preStop: { sleep: { seconds: 25 } } },
  { preStop: { exec: { command: ['sh', '-c', 'sleep 40'] } } },
  { postStart: { exec: { command: ['/warm-up'] } } },
);

const container = (name: string): fc.Arbitrary<unknown> =>
  fc.record({
    name: fc.constant(name),
    image: fc.constantFrom(
      'registry.example.com/app:1',
      'nginx:1.27',
      'quay.io/x/y@sha256:' + 'a'.repeat(64),
    ),
    ports: some(fc.constant([{ name: 'http', containerPort: 8080 }]), 7),
    args: some(
      fc.constantFrom<unknown>(['--verbose'], ['--a=b # no comment', 'yes'], ['first line\nsecond line\n']),
    ),
    env: some(
      fc.constant([
        { name: 'LEVEL', value: 'off' },
        { name: 'TEXT', value: "it's: fine" },
      ]),
      3,
    ),
    readinessProbe: some(fc.oneof(probe, execProbe), 6),
    livenessProbe: some(fc.oneof(probe, execProbe), 6),
    resources,
    lifecycle,
  });

const podSpec = fc.record({
  terminationGracePeriodSeconds: some(fc.constantFrom(0, 5, 30, 60), 4),
  initContainers: some(
    container('init').map((one) => [withoutServing(one as object)]),
    2,
  ),
  containers: fc
    .integer({ min: 1, max: 3 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => container(`c${index}`)))),
  volumes: some(fc.constant([{ name: 'tmp', emptyDir: {} }]), 4),
});

/** An ordinary init container may have neither probes nor hooks. */
function withoutServing(one: object): object {
  return { ...one, readinessProbe: undefined, livenessProbe: undefined, lifecycle: undefined };
}

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'] as const;

function objectOf(kind: (typeof kinds)[number], name: string, spec: object): object {
  const labels = { app: name };
  const metadata = { name, labels };
  if (kind === 'Pod') return { apiVersion: 'v1', kind, metadata, spec };
  if (kind === 'Job' || kind === 'CronJob') {
    // Nothing is asked of how a Job stops, so its grace period must fit its hooks as it is.
    const podOfJob = { ...spec, restartPolicy: 'Never', terminationGracePeriodSeconds: 60 };
    const job = { template: { metadata: { labels }, spec: podOfJob } };
    return kind === 'Job'
      ? { apiVersion: 'batch/v1', kind, metadata, spec: job }
      : {
          apiVersion: 'batch/v1',
          kind,
          metadata,
          spec: { schedule: '0 * * * *', jobTemplate: { spec: job } },
        };
  }
  const serviceName = kind === 'StatefulSet' ? { serviceName: name } : {};
  const template = { metadata: { labels }, spec };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: { ...serviceName, selector: { matchLabels: labels }, template },
  };
}

const file = fc.tuple(
  style,
  fc.array(fc.tuple(fc.constantFrom(...kinds), podSpec), { minLength: 1, maxLength: 3 }),
  fc.nat(),
);

/** As many texts as asked for. */
export function generatedTexts(count: number, seed = 6): SourceText[] {
  return fc.sample(file, { numRuns: count, seed }).map(([chosen, workloads, salt], index) => ({
    file: `generated-${String(index).padStart(3, '0')}.yaml`,
    text: print(
      workloads.map(([kind, spec], at) =>
        objectOf(kind, `g${index}-${at}`, JSON.parse(JSON.stringify(spec)) as object),
      ),
      chosen,
      salt,
    ),
  }));
}

/** A little chance that is always the same. */
function dice(salt: number): (sides: number) => number {
  let state = salt >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function print(objects: readonly object[], chosen: Style, salt: number): string {
  const roll = dice(salt);
  const text = objects.map((object) => printOne(object, chosen, roll)).join('---\n');
  const broken = chosen.finalBreak ? text : text.trimEnd();
  return chosen.crlf ? broken.replaceAll('\n', '\r\n') : broken;
}

function printOne(object: object, chosen: Style, roll: (sides: number) => number): string {
  const document = new Document(object, { version: '1.1' });
  visit(document, {
    Collection(_, node) {
      if ((isMap(node) || isSeq(node)) && JSON.stringify(node).length < 90 && roll(10) < chosen.flow)
        node.flow = true;
    },
    Pair(_, { key }) {
      if (chosen.quotedKeys && isScalar(key)) key.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({
    indent: chosen.indent,
    indentSeq: chosen.indentSeq,
    singleQuote: chosen.singleQuote,
    flowCollectionPadding: chosen.padding,
    lineWidth: 0,
    nullStr: roll(2) === 0 ? 'null' : '~',
  });
  return text
    .split('\n')
    .map((line, index) => withComment(line, index, chosen, roll))
    .join('\n');
}

/** Only on lines that begin a key, so that no text of a block scalar is taken for a place. */
function withComment(line: string, index: number, chosen: Style, roll: (sides: number) => number): string {
  const key = /^( *)(?:- +)?"?[A-Za-z]+"?:(?! [|>])/.exec(line);
  if (key === null || line.trimStart().startsWith('- -')) return line;
  const indentation = key[1] ?? '';
  const blank = chosen.blankLines && roll(12) === 0 ? '\n' : '';
  if (roll(10) >= chosen.comments) return blank + line;
  return roll(2) === 0
    ? `${blank}${indentation}# above ${index}: {x}\n${line}`
    : `${blank}${line}${' '.repeat(1 + roll(3))}# behind ${index}`;
}
