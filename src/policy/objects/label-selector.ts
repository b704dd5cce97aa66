/**
 * Label selectors as the API server reads them: k8s.io/apimachinery `pkg/apis/meta/v1/helpers.go`
 * (LabelSelectorAsSelector), `pkg/labels/selector.go` and `pkg/apis/meta/v1/validation/validation.go`.
 */
import { asArray, isObject, own, type Json, type JsonObject } from '../json.ts';

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

interface Requirement {
  readonly key: string;
  readonly operator: (typeof operators)[number];
  readonly values: ReadonlySet<string>;
}

/**
 * All that a selector requires. There is no limit to how much that is, and many pods are held against it: what a label must
 * not be is looked up by the labels that are there.
 */
interface Requirements {
  readonly required: readonly Requirement[];
  readonly excluded: ReadonlyMap<string, readonly Requirement[]>;
}

/**
 * True when a `metav1.LabelSelector` selects something with these labels. An absent one selects nothing, an empty one
 * everything. One that an API server would refuse selects nothing, because no controller acts on it either.
 */
export function matchesSelector(selector: Json | undefined, labels: JsonObject): boolean {
  return selectorTest(selector)(labels);
}

/** The same for many labels. */
export function selectorTest(selector: Json | undefined): (labels: JsonObject) => boolean {
  const requirements = isObject(selector) ? requirementsOf(selector) : '';
  if (typeof requirements === 'string') return () => false;
  const { required, excluded } = requirements;
  const isMet = (labels: JsonObject) => (requirement: Requirement) => meets(labels, requirement);
  return (labels) =>
    required.every(isMet(labels)) &&
    Object.keys(labels).every((key) => excluded.get(key)?.every(isMet(labels)) ?? true);
}

/**
 * True when the plain map of a Service or a ReplicationController selects something with these labels. An empty one
 * selects nothing: such a Service has endpoints that somebody else writes (pkg/controller/endpointslice).
 */
export function matchesLabels(selector: Json | undefined, labels: JsonObject): boolean {
  if (!isObject(selector)) return false;
  const keys = Object.keys(selector);
  return (
    keys.length > 0 &&
    keys.every((key) => {
      const value = stringAt(selector, key);
      return value !== undefined && value === stringAt(labels, key);
    })
  );
}

/**
 * Why an API server would refuse a `metav1.LabelSelector`, or undefined when it would not. Counts what kubectl's strict
 * field validation counts: a misspelt `matchLabel` would otherwise be dropped, and the selector select everything.
 */
export function selectorProblem(selector: Json | undefined): string | undefined {
  if (selector === undefined || selector === null) return undefined;
  if (!isObject(selector)) return 'the selector is not an object';
  const unknown = Object.keys(selector).find((key) => key !== 'matchLabels' && key !== 'matchExpressions');
  if (unknown !== undefined) return `a selector has no field ${JSON.stringify(unknown)}`;
  const requirements = requirementsOf(selector);
  return typeof requirements === 'string' ? requirements : undefined;
}

/**
 * What to look for before a `metav1.LabelSelector` is tried: each of these lists holds a label (see {@link labelMarks}) of
 * whatever it selects. Empty where it requires no label, undefined where it selects nothing.
 */
export function selectorMarks(selector: Json | undefined): readonly (readonly string[])[] | undefined {
  if (!isObject(selector)) return undefined;
  const requirements = requirementsOf(selector);
  if (typeof requirements === 'string') return undefined;
  return requirements.required.map(({ key, operator, values }) =>
    operator === 'In' ? [...values].map((value) => mark(key, value)) : [key],
  );
}

/** The same for the plain map of a Service or a ReplicationController. */
export function mapMarks(selector: Json | undefined): readonly (readonly string[])[] | undefined {
  if (!isObject(selector)) return undefined;
  const marks = Object.keys(selector).map((key) => [mark(key, stringAt(selector, key) ?? '')]);
  return marks.length === 0 ? undefined : marks;
}

/** Labels as single words: of each its key, and its key with its value. */
export function labelMarks(labels: JsonObject): string[] {
  return Object.keys(labels).flatMap((key) => {
    const value = stringAt(labels, key);
    return value === undefined ? [] : [key, mark(key, value)];
  });
}

const mark = (key: string, value: string): string => `${key}=${value}`;

function meets(labels: JsonObject, { key, operator, values }: Requirement): boolean {
  const value = stringAt(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.has(value);
    case 'NotIn':
      return value === undefined || !values.has(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Many labels are held against one selector, so each is read once. JSON is never changed here. */
const read = new WeakMap<JsonObject, Requirements | string>();

/** All that a selector requires, or what is wrong with it. */
function requirementsOf(selector: JsonObject): Requirements | string {
  let requirements = read.get(selector);
  if (requirements === undefined) {
    const list = readRequirements(selector);
    requirements = typeof list === 'string' ? list : sorted(list);
    read.set(selector, requirements);
  }
  return requirements;
}

function sorted(requirements: readonly Requirement[]): Requirements {
  const isRequired = ({ operator }: Requirement): boolean => operator === 'In' || operator === 'Exists';
  const excluded = requirements.filter((requirement) => !isRequired(requirement));
  return {
    required: requirements.filter(isRequired),
    excluded: Map.groupBy(excluded, ({ key }) => key),
  };
}

function readRequirements(selector: JsonObject): Requirement[] | string {
  const requirements = readMatchLabels(selector['matchLabels'] ?? {});
  if (typeof requirements === 'string') return requirements;
  const expressions = selector['matchExpressions'] ?? [];
  if (!Array.isArray(expressions)) return 'matchExpressions is not a list';
  for (const [index, expression] of asArray(expressions).entries()) {
    const requirement = readExpression(expression);
    if (typeof requirement === 'string') return `matchExpressions[${index}]${requirement}`;
    requirements.push(requirement);
  }
  return requirements;
}

function readMatchLabels(matchLabels: Json): Requirement[] | string {
  if (!isObject(matchLabels)) return 'matchLabels is not an object';
  const requirements: Requirement[] = [];
  for (const key of Object.keys(matchLabels)) {
    const value = stringAt(matchLabels, key);
    if (!isLabelKey(key)) return `matchLabels: ${JSON.stringify(key)} is not a label key`;
    if (value === undefined) return `matchLabels: the value of ${key} is not a string`;
    if (!isLabelValue(value)) return `matchLabels: ${JSON.stringify(value)} is not a label value`;
    requirements.push({ key, operator: 'In', values: new Set([value]) });
  }
  return requirements;
}

/** What is wrong with an expression comes back as the end of a sentence. */
function readExpression(expression: Json): Requirement | string {
  if (!isObject(expression)) return ' is not an object';
  const key = stringAt(expression, 'key') ?? '';
  if (!isLabelKey(key)) return `.key: ${JSON.stringify(key)} is not a label key`;
  const operator = operators.find((known) => known === expression['operator']);
  if (operator === undefined) return `.operator is none of ${operators.join(', ')}`;
  const list = expression['values'] ?? [];
  if (!Array.isArray(list)) return '.values is not a list';
  const values = asArray(list).map((value) => value ?? '');
  if (!values.every((value) => typeof value === 'string')) return '.values holds something that is no string';
  const wrong = values.find((value) => !isLabelValue(value));
  if (wrong !== undefined) return `.values: ${JSON.stringify(wrong)} is not a label value`;
  if ((operator === 'In' || operator === 'NotIn') === (values.length === 0)) {
    return `.values must ${values.length === 0 ? 'not ' : ''}be empty with ${operator}`;
  }
  return { key, operator, values: new Set(values) };
}

/** The string under a key. Null is the empty string, as where the server decodes it: `app:` without a value in YAML. */
function stringAt(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  if (value === null) return '';
  return typeof value === 'string' ? value : undefined;
}

const maxNameLength = 63;
const maxPrefixLength = 253;
const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** IsLabelKey in k8s.io/apimachinery pkg/api/validate/content: a name, with or without a DNS subdomain before it. */
function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash === -1) return isName(key);
  // The length comes first, so that no expression ever sees a long text.
  return slash <= maxPrefixLength && prefix.test(key.slice(0, slash)) && isName(key.slice(slash + 1));
}

function isName(text: string): boolean {
  return text.length <= maxNameLength && name.test(text);
}

function isLabelValue(value: string): boolean {
  return value === '' || isName(value);
}
