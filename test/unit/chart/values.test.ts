/** The generated part of the chart: its values, their schema and their README. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { generateChart } from '../../../scripts/chart/generate.ts';
import { chartReadme } from '../../../scripts/chart/readme.ts';
import { chartSchema } from '../../../scripts/chart/schema.ts';
import { readChartValues } from '../../../scripts/chart/values.ts';
import { packageInfo } from '../../../src/cli/package-info.ts';

const chart = 'charts/gracegate';
const text = await readFile(`${chart}/values.yaml`, 'utf8');
const values = readChartValues(text);

describe('the values', () => {
  it('are read with their comments, groups of them without one', () => {
    const read = readChartValues(`
# Not of a value.

# -- How many.
count: 2
# A group.
image:
  # -- Of the image,
  # in two lines.
  tag: ''
  # -- Any.
  labels: {}
# Something else.
# -- Names.
names: [a, b]
`);
    expect(read).toEqual([
      { path: ['count'], description: 'How many.', defaultValue: 2 },
      { path: ['image', 'tag'], description: 'Of the image, in two lines.', defaultValue: '' },
      { path: ['image', 'labels'], description: 'Any.', defaultValue: {} },
      { path: ['names'], description: 'Names.', defaultValue: ['a', 'b'] },
    ]);
  });

  it.each([
    ['a value without a comment', 'a:\n  b: 1\n', 'nothing is said of a.b'],
    ['a comment that is none for users', '# x\na: 1\n', 'nothing is said of a'],
    ['an empty group without a comment', 'a: {}\n', 'nothing is said of a'],
    ['no map', '- a\n', 'is not a map'],
    ['no YAML', 'a: [\n', 'is not a map'],
  ])('%s is an error', (_, wrong, message) => {
    expect(() => readChartValues(wrong)).toThrow(message);
  });

  it('of the chart are all of the file', () => {
    const paths = (value: unknown, known: readonly string[]): string[] => {
      const key = known.join('.');
      if (values.some(({ path }) => path.join('.') === key)) return [key];
      return Object.entries(value as object).flatMap(([name, inner]) => paths(inner, [...known, name]));
    };
    expect(values.map(({ path }) => path.join('.'))).toEqual(paths(parse(text), []));
  });
});

describe('the schema', () => {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false }).compile(
    chartSchema(values),
  );

  it('takes the values of the file', () => {
    expect(validate(parse(text)) ? [] : validate.errors).toEqual([]);
  });

  it('takes no value that the file does not have, at any depth', () => {
    const groups = values.map(({ path }) => path.slice(0, -1)).filter(({ length }) => length > 0);
    for (const group of [[], ...groups]) {
      const wrong = parseDocument(text);
      wrong.setIn([...group, 'unheardOf'], 1);
      expect(validate(wrong.toJS()), group.join('.')).toBe(false);
      expect(validate.errors?.map(({ params }) => params)).toEqual([{ additionalProperty: 'unheardOf' }]);
    }
  });

  it.each([
    ['a number', ['replicaCount'], false],
    ['a switch', ['networkPolicy', 'enabled'], false],
    ['a word', ['logLevel'], false],
    ['a list that is not empty', ['networkPolicy', 'apiServerPorts'], false],
    ['a group', ['monitoring'], false],
    ['a word that may be empty', ['image', 'tag'], true],
    ['a list that may be empty', ['extraArgs'], true],
    ['a map', ['resources'], true],
    ['the configuration', ['configuration'], true],
  ])('%s that Helm took away because it was null: may it be?', (_, path, isTaken) => {
    const without = parseDocument(text);
    without.deleteIn(path);
    expect(validate(without.toJS())).toBe(isTaken);
    const missing = isTaken ? undefined : [{ missingProperty: path.at(-1) }];
    expect(validate.errors?.map(({ params }) => params)).toEqual(missing);
  });

  it('takes the configuration that the published schema takes', () => {
    const takes = (configuration: object) => validate({ ...parse(text), configuration });
    expect(takes({ profiles: { shop: { extends: 'baseline', checks: { 'cpu-request': {} } } } })).toBe(true);
    expect(takes({ profiles: { shop: { checks: { cpu: {} } } } })).toBe(false);
    expect(takes({ apiVersion: 'gracegate.dev/v2' })).toBe(false);
  });

  it('must name the same values as the file', () => {
    expect(() => chartSchema(values.slice(1))).toThrow('values.yaml lacks replicaCount');
    const added = { path: ['added'], description: 'x', defaultValue: 1 };
    expect(() => chartSchema([...values, added])).toThrow('added of values.yaml has no schema');
  });
});

it('the README has a row for each value, in which a bar does not end a cell', () => {
  const readme = chartReadme([{ path: ['a', 'b'], description: 'This | that.', defaultValue: 'x|y' }]);
  expect(readme).toContain('| `a.b` | This \\| that. | `"x\\|y"` |');
});

it('what is committed is what would be generated', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gracegate-chart-'));
  try {
    await writeFile(join(folder, 'values.yaml'), text);
    await generateChart(folder);
    for (const file of ['values.schema.json', 'README.md']) {
      expect(await readFile(join(chart, file), 'utf8'), file).toBe(
        await readFile(join(folder, file), 'utf8'),
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('the chart has the version of the package, and its image too', async () => {
  const { version, appVersion } = parse(await readFile(`${chart}/Chart.yaml`, 'utf8'));
  expect({ version, appVersion }).toEqual({
    version: packageInfo().version,
    appVersion: packageInfo().version,
  });
});
