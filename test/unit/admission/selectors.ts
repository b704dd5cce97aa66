/** Label selectors as an API server evaluates them: k8s.io/apimachinery pkg/labels, Requirement.Matches. */

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchExpressions: readonly Requirement[];
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** All requirements must hold. No selector matches everything. */
export function selects(selector: Selector | undefined, labels: Labels): boolean {
  return (selector?.matchExpressions ?? []).every((requirement) => holds(requirement, labels));
}

function holds({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    // Holds as well where the label is absent.
    case 'NotIn':
      return value === undefined || !values.includes(value);
    default:
      throw new Error(`no operator ${operator}`);
  }
}
