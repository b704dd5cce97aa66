import { Ajv, type ErrorObject } from 'ajv';
import { configurationSchema } from './schema.ts';
import type { ConfigurationProblem } from './configuration.ts';
import type { ConfigurationSpec } from './spec.ts';

/** A problem with the path as steps, from which the line of a file can be found. */
export interface SchemaProblem extends ConfigurationProblem {
  readonly steps: readonly (string | number)[];
}

const validate = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  verbose: true,
}).compile<ConfigurationSpec>(configurationSchema);

/** Everything in which a value differs from the schema; empty when it is a configuration. */
export function schemaProblems(value: unknown): SchemaProblem[] {
  if (validate(value)) return [];
  const problems = (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'not' && keyword !== 'if')
    .map(problemOf);
  // One place can break a rule and the rule of its parent; the first sentence about it is enough.
  return problems.filter(({ path }, index) => problems.findIndex((other) => other.path === path) === index);
}

function problemOf(error: ErrorObject): SchemaProblem {
  const steps = stepsOf(error);
  return { path: steps.join('.'), steps, message: messageOf(error) };
}

function stepsOf(error: ErrorObject): (string | number)[] {
  const steps = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const extra: unknown =
    error.params['additionalProperty'] ??
    error.params['missingProperty'] ??
    error.params['propertyName'] ??
    error.propertyName;
  return typeof extra === 'string' ? [...steps, extra] : steps;
}

function messageOf({ keyword, params, parentSchema, data, message }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
      return `unknown field; known are ${known.join(', ')}`;
    }
    case 'required':
      return 'must be set';
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}, not ${JSON.stringify(data)}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as string[]).join(', ')}, not ${JSON.stringify(data)}`;
    case 'type':
      return `must be ${[params['type']].flat().join(' or ')}, not ${JSON.stringify(data)}`;
    case 'pattern':
      return `${JSON.stringify(data)} is not of the form that is asked here (${String(params['pattern'])})`;
    case 'propertyNames':
      return 'cannot be used as a name';
    default:
      return message ?? keyword;
  }
}
