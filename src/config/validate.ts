import { Ajv, type ErrorObject } from 'ajv';
import { configurationSchema } from './schema.ts';
import type { ConfigurationProblem } from './configuration.ts';
import type { ConfigurationSpec } from './spec.ts';

const validate = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  verbose: true,
}).compile<ConfigurationSpec>(configurationSchema);

/** Everything in which a value differs from the schema; empty when it is a configuration. */
export function schemaProblems(value: unknown): ConfigurationProblem[] {
  if (validate(value)) return [];
  const problems = (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'not' && keyword !== 'if')
    .map(problemOf);
  // One place can break a rule and the rule of its parent; the first sentence about it is enough.
  const seen = new Set<string>();
  return problems.filter(({ path }) => {
    const key = path.join('.');
    return !seen.has(key) && seen.add(key);
  });
}

function problemOf(error: ErrorObject): ConfigurationProblem {
  return { path: pathOf(error), message: messageOf(error) };
}

function pathOf(error: ErrorObject): (string | number)[] {
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
