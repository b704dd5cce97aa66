import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { ManifestValue } from '../../../src/manifests/manifest.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';

/** The value of a text that holds one document. */
function value(text: string): ManifestValue {
  const { manifests, errors } = parseManifests(text, 'test.yaml');
  expect(errors).toEqual([]);
  expect(manifests).toHaveLength(1);
  return manifests[0]?.value ?? null;
}

function problems(text: string): [number | undefined, string][] {
  return parseManifests(text, 'test.yaml').errors.map(({ line, message }) => [line, message]);
}

describe('scalars are read as kubectl reads them (sigs.k8s.io/yaml)', () => {
  it.each<[string, ManifestValue]>([
    ['yes', true],
    ['No', false],
    ['ON', true],
    ['off', false],
    ['y', true],
    ['n', false],
    ['"yes"', 'yes'],
    ["'no'", 'no'],
    ['true', true],
    ['~', null],
    ['Null', null],
    ['', null],
    ['0755', 493],
    ['-0755', -493],
    ['0x1F', 31],
    ['0b101', 5],
    ['1_000', 1000],
    ['1e3', 1000],
    ['.5', 0.5],
    ['.', '.'],
    ['e1', 'e1'],
    ['E+3', 'E+3'],
    ['.e5', '.e5'],
    ['-e1', '-e1'],
    ['1.e5', 100_000],
    ['-.5E-1', -0.05],
    ['1_0e1', 100],
    ['+', '+'],
    ['0.10', 0.1],
    ['1.10.0', '1.10.0'],
    ['100m', '100m'],
    ['1Gi', '1Gi'],
    ['1,000', '1,000'],
    ['22:22', '22:22'],
    ['1:30:00', '1:30:00'],
    ['190:20:30.15', '190:20:30.15'],
    ['2024-01-01', '2024-01-01'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
    ['!!str yes', 'yes'],
    ['!!int "3"', 3],
    ['|\n  a\n  b\n', 'a\nb\n'],
    ['>\n  a\n  b\n', 'a b\n'],
  ])('%j', (text, expected) => {
    expect(value(`a: ${text}`)).toEqual({ a: expected });
  });

  it('also as keys', () => {
    expect(value('{ 1: a, true: b, 2.5: c, 0x10: d }')).toEqual({ 1: 'a', true: 'b', 2.5: 'c', 16: 'd' });
  });
});

describe('YAML 1.2, where it is asked for', () => {
  it.each<[string, ManifestValue]>([
    ['off', 'off'],
    ['yes', 'yes'],
    ['true', true],
    ['0755', 755],
    ['0o755', 493],
    ['22:22', '22:22'],
    ['2024-01-01', '2024-01-01'],
  ])('%j', (text, expected) => {
    expect(parseManifests(`a: ${text}`, 'test.yaml', '1.2').manifests[0]?.value).toEqual({ a: expected });
  });
});

describe('anchors and merge keys', () => {
  it.each<[string, ManifestValue]>([
    ['a: &x { b: 1 }\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['a: &x { b: 1, c: 2 }\nd: { <<: *x, c: 3 }', { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ['d: { <<: [{ a: 1 }, { a: 2, b: 3 }] }', { d: { a: 1, b: 3 } }],
    ['"<<": 1', { '<<': 1 }],
  ])('%j', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });
});

describe('JSON', () => {
  it('is YAML', () => {
    expect(value('{\n\t"a": [1, "é\\u00e9", null, true],\n\t"b": {}\n}')).toEqual({
      a: [1, 'éé', null, true],
      b: {},
    });
  });

  it('keeps keys that every object inherits', () => {
    expect(JSON.stringify(value('{"__proto__": {"a": 1}, "constructor": 2}'))).toBe(
      '{"__proto__":{"a":1},"constructor":2}',
    );
  });

  it.each(['.inf', '-.inf', '.nan', '!!binary aGVsbG8=', '!!set { a, b }', '!!omap [{ x: 1 }]', '&a [*a]'])(
    'is all that comes out, whatever %s is',
    (text) => {
      for (const manifest of parseManifests(`a: ${text}`, 'test.yaml').manifests) {
        expect(JSON.parse(JSON.stringify(manifest.value))).toStrictEqual(manifest.value);
      }
    },
  );
});

describe('documents', () => {
  it('come in their order, each with its line', () => {
    const { manifests, errors } = parseManifests('# first\na: 1\n---\n\nb: 2\n---\n{ c: 3 }\n', 'test.yaml');
    expect(errors).toEqual([]);
    expect(manifests).toMatchObject([
      { file: 'test.yaml', line: 2, value: { a: 1 } },
      { file: 'test.yaml', line: 5, value: { b: 2 } },
      { file: 'test.yaml', line: 7, value: { c: 3 } },
    ]);
  });

  it.each(['', '\n', '# nothing\n', '---\n', '---\n---\n# nothing\n---\n', '~', 'null'])(
    'leave out empty ones: %j',
    (text) => {
      expect(parseManifests(text, 'test.yaml')).toEqual({ manifests: [], errors: [] });
    },
  );

  it('that are broken do not spoil the others', () => {
    const { manifests, errors } = parseManifests('a: [1\n---\nb: 2\n---\nc: }\n---\nd: 4\n', 'test.yaml');
    expect(manifests.map((manifest) => manifest.value)).toEqual([{ b: 2 }, { d: 4 }]);
    expect(errors.map(({ file, line }) => [file, line])).toEqual([
      ['test.yaml', 2],
      ['test.yaml', 5],
    ]);
  });
});

describe('a stream of JSON objects', () => {
  const placesIn = (text: string) => {
    const { manifests, errors } = parseManifests(text, 'test.yaml');
    const places = manifests.map((manifest) => [manifest.value, manifest.positionAt(['a'])]);
    return [...places, ...errors.map(({ line, message }) => [line, message])];
  };

  it.each([
    ['as jq prints it', '{\n  "a": 1\n}\n{\n  "a": 2\n}\n', [2, 8], [5, 8]],
    ['as jq -c prints it', '{"a":1}\n{"a":2}\n', [1, 6], [2, 6]],
    ['as jq -j prints it', '{"a":1}{"a":2}', [1, 6], [1, 13]],
    ['with tabs, as jq --tab prints it', '{\n\t"a": 1\n}\n{\n\t"a": 2\n}\n', [2, 7], [5, 7]],
    ['with Windows line ends', '{"a":1}\r\n\r\n{"a":2}\r\n', [1, 6], [3, 6]],
    ['after a mark', '\n---\n\n{"a":1} {"a":2}', [4, 6], [4, 14]],
    ['before a document', '{"a":1}\n---\na: 2\n', [1, 6], [3, 4]],
  ])('%s is read, with places', (_name, text, [line1, column1], [line2, column2]) => {
    expect(placesIn(text)).toEqual([
      [{ a: 1 }, { line: line1, column: column1 }],
      [{ a: 2 }, { line: line2, column: column2 }],
    ]);
  });

  it('may hold braces and quotes in strings', () => {
    const values = [{ a: '} {' }, { a: '\\' }, { a: [{ b: '"}' }, {}] }];
    const { manifests } = parseManifests(values.map((one) => JSON.stringify(one)).join('\n'), '');
    expect(manifests.map((one) => one.value)).toEqual(values);
  });

  it('costs no other object where one is broken', () => {
    expect(placesIn('{"a":1}\n{"a":\n]}\n{"a":3}\n')).toEqual([
      [{ a: 1 }, { line: 1, column: 6 }],
      [{ a: 3 }, { line: 4, column: 6 }],
      [2, 'Flow map must end with a }'],
    ]);
  });

  it('is none where the first is no JSON', () => {
    expect(parseManifests("{a: '} {', b: {c: 1}}", '').manifests.map((one) => one.value)).toEqual([
      { a: '} {', b: { c: 1 } },
    ]);
    expect(problems('{{ a }}\n{{ b }}\n')).toEqual([
      [2, expect.stringMatching(/is no manifest before it is/)],
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['a: 1\nb: [', 2, 'Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['a: 1\nb: 2\na: 3', 3, 'Map keys must be unique'],
    ['a:\n\tb: 1', 2, 'Tabs are not allowed as indentation'],
    ['\n\na: *x', 3, 'Unresolved alias (the anchor must be set before the alias): x'],
  ])('%j', (text, line, message) => {
    expect(problems(text)).toEqual([[line, message]]);
  });

  it('come in one line', () => {
    expect(
      problems('{ a: b: c }\n---\n"a\nb: c\n').map(([, message]) => message.includes('\n')),
    ).not.toContain(true);
  });

  it('say of a template why it cannot be read', () => {
    const { errors } = parseManifests('{{- if .Values.on }}\nkind: Pod\n{{- end }}\n', 'pod.yaml');
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /; a template \(\{\{ \.\.\. \}\}\) is no manifest before it is rendered; take what helm template prints$/,
      ),
    ]);
  });

  it.each([
    [
      'name: {{ .Release.Name }}',
      'a template ({{ ... }}) is no manifest before it is rendered; take what helm template prints',
    ],
    [
      '{{ .Values.all }}',
      'a template ({{ ... }}) is no manifest before it is rendered; take what helm template prints',
    ],
    ['? [a, b]\n: c', 'a map or a list cannot be a key'],
    ['b: &b { c: d }\n? *b\n: c', 'a map or a list cannot be a key'],
  ])('are what a key gets that is no scalar: %j', (text, message) => {
    const warnings: unknown[] = [];
    const warned = vi
      .spyOn(process, 'emitWarning')
      .mockImplementation((warning) => void warnings.push(warning));
    onTestFinished(() => warned.mockRestore());
    expect(problems(`a: 1\n---\n${text}\n`).map(([, problem]) => problem)).toEqual([message]);
    expect(warnings).toEqual([]);
  });

  it('are no more than that where scalars are keys, whatever they are', () => {
    expect(problems('? a\n: b\n&x c: d\n? *x\n: e\n~: f\n1: g\n')).toEqual([]);
  });

  it('are what an alias bomb gets, in little time', () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(10)}]`,
    );
    const bomb = ['a0: &a0 [boom]', ...levels].join('\n');
    const { manifests, errors } = parseManifests(`a: 1\n---\n${bomb}\n---\nb: 2\n`, 'test.yaml');
    expect(manifests.map((manifest) => manifest.value)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(errors).toEqual([
      {
        file: 'test.yaml',
        line: 3,
        message: 'Excessive alias count indicates a resource exhaustion attack',
      },
    ]);
  });

  it.each([
    ['lists', '['.repeat(50_000)],
    ['maps', 'a: '.concat('{ a: '.repeat(20_000))],
  ])('are what %s get that are nested without end', (_name, text) => {
    expect(problems(text)).toHaveLength(1);
  });
});

describe('lineAt', () => {
  const { manifests } = parseManifests(
    `# a comment
apiVersion: apps/v1
spec:
  template:
    spec:
      containers:
        - name: app

        - name: web
          resources: { requests: { cpu: 1 } }
---
spec:
  7: seven
  last: 1
`,
    'test.yaml',
  );

  it.each<[number, (string | number)[], number]>([
    [0, [], 2],
    [0, ['apiVersion'], 2],
    [0, ['spec', 'template', 'spec'], 6],
    [0, ['spec', 'template', 'spec', 'containers', 0], 7],
    [0, ['spec', 'template', 'spec', 'containers', 1, 'name'], 9],
    [0, ['spec', 'template', 'spec', 'containers', 1, 'resources', 'requests', 'cpu'], 10],
    // Of what is not there, the line of the nearest ancestor.
    [0, ['spec', 'template', 'spec', 'containers', 0, 'resources', 'requests', 'cpu'], 7],
    [0, ['spec', 'template', 'spec', 'containers', 2], 7],
    [0, ['status'], 2],
    [1, [], 12],
    [1, ['spec', 7], 13],
    [1, ['spec', 'last'], 14],
  ])('of document %i, %j is %i', (document, path, line) => {
    expect(manifests[document]?.lineAt(path)).toBe(line);
  });

  it('of what an alias stands for is the line of the alias', () => {
    const aliased = parseManifests('a: &x\n  b: 1\nc: *x\n', 'test.yaml').manifests[0];
    expect(aliased?.lineAt(['c', 'b'])).toBe(3);
  });
});
