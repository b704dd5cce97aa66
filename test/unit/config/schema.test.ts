import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

import { builtinProfiles } from '../../../src/config/builtin.ts';
import { apiVersion, configurationSchema, kind } from '../../../src/config/schema.ts';
import type { Parameters } from '../../../src/policy/check.ts';
import { checks } from '../../../src/policy/checks/registry.ts';
import { isObject, type Json } from '../../../src/policy/json.ts';
import { mutations } from '../../../src/policy/mutations/registry.ts';
import { yaml } from '../policy/objects.ts';

/** The schema as it is published. */
const schema = JSON.parse(JSON.stringify(configurationSchema)) as {
  definitions: { Profile: { properties: Json } };
};

/** Every schema within the schema, with its path. */
function* schemasIn(
  value: Json,
  path: readonly string[] = [],
): Generator<[string, { readonly [key: string]: Json | undefined }]> {
  if (!isObject(value)) return;
  yield [path.join('.'), value];
  for (const key of ['properties', 'definitions']) {
    const nested = value[key];
    if (!isObject(nested)) continue;
    for (const [name, inner] of Object.entries(nested)) yield* schemasIn(inner ?? null, [...path, key, name]);
  }
  for (const key of ['items', 'additionalProperties']) yield* schemasIn(value[key] ?? null, [...path, key]);
}

function defaultsOf(parameters: Parameters): object {
  const defaults = Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]);
  return Object.fromEntries(defaults.filter(([, value]) => value !== undefined));
}

const schemas = [...schemasIn(schema)];

describe('the schema of the configuration', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

  it.each([
    ['the least', { apiVersion, kind }],
    ['the built-in profiles', { apiVersion, kind, profiles: builtinProfiles }],
    [
      'the default of every parameter',
      {
        apiVersion,
        kind,
        profiles: {
          team: {
            checks: Object.fromEntries(
              checks.map((check) => [check.id, { action: 'deny', ...defaultsOf(check.parameters) }]),
            ),
            mutations: Object.fromEntries(
              mutations.map(({ id, parameters }) => [id, defaultsOf(parameters)]),
            ),
          },
        },
      },
    ],
    [
      'a narrowed form of every check',
      {
        apiVersion,
        kind,
        workloads: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', resource: 'rollouts' }],
        profiles: {
          team: {
            checks: Object.fromEntries(
              checks.map(({ id }) => [id, { action: 'deny', kinds: ['Any'], selector: { matchLabels: {} } }]),
            ),
          },
        },
      },
    ],
    [
      'the example',
      yaml(readFileSync(new URL('../../../examples/configuration.yaml', import.meta.url), 'utf8')),
    ],
  ])('accepts %s', (_name, configuration) => {
    validate(configuration);
    expect(validate.errors).toBeNull();
  });

  it('knows every check and mutation', () => {
    expect(schema.definitions.Profile.properties).toMatchObject({
      checks: { properties: Object.fromEntries(checks.map(({ id }) => [id, expect.anything()])) },
      mutations: { properties: Object.fromEntries(mutations.map(({ id }) => [id, expect.anything()])) },
    });
  });

  it('refuses unknown fields everywhere', () => {
    const open = schemas.filter(
      ([, { type, additionalProperties }]) => type === 'object' && additionalProperties === undefined,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('describes every field', () => {
    const silent = schemas.filter(
      ([path, { description, $ref, const: constant }]) =>
        /properties\.[^.]+$/.test(path) &&
        [description, $ref, constant].every((value) => value === undefined),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it('lets containers be ignored by every check that looks at some, and by no other', () => {
    const ignoring = checks
      .filter(({ id }) => {
        const used = { [id]: { action: 'deny', ignoreContainers: { names: ['agent'] } } };
        return validate({ apiVersion, kind, profiles: { team: { checks: used } } });
      })
      .map(({ id }) => id);
    const looking = checks.filter(
      ({ judges, needs = [] }) => judges === 'workloads' || needs.includes('workloads'),
    );
    expect(ignoring).toEqual(looking.map(({ id }) => id));
    expect(ignoring).toContain('hpa-requests');
    expect(ignoring).not.toContain('hpa-bounds');
  });

  it('has the defaults of parameters, for editors', () => {
    expect(schema.definitions.Profile.properties).toMatchObject({
      checks: {
        properties: { 'grace-period': { properties: { minDrainSeconds: { type: 'integer', default: 10 } } } },
      },
      mutations: {
        properties: {
          'pre-stop-sleep': { properties: { method: { enum: ['sleep', 'exec'], default: 'sleep' } } },
        },
      },
    });
  });
});
