import type { RelatedQuery, RelatedSource } from '../../../src/admission/ports.ts';
import type { RelatedKind } from '../../../src/policy/graph.ts';
import { isWorkload } from '../../../src/policy/objects/workload-kinds.ts';
import { kubeObjects } from '../policy/graphs.ts';

export interface RecordedRelated extends RelatedSource {
  readonly queries: RelatedQuery[];
}

/** A source of other objects that holds those of a text, and remembers what it was asked for. */
export function relatedOf(text: string, unknown: readonly RelatedKind[] = []): RecordedRelated {
  const queries: RelatedQuery[] = [];
  return {
    queries,
    read: (query) => {
      queries.push(query);
      const isAsked = (kind: string): boolean => ([...query.kinds] as string[]).includes(kind);
      const objects = kubeObjects(text).filter((object) =>
        isAsked(isWorkload(object) ? 'workloads' : object.kind.kind),
      );
      return Promise.resolve({ objects, unknown: new Set(unknown) });
    },
  };
}

/** What is asked for in these queries: the kinds, and the one workload if it is only one. */
export function askedFor(queries: readonly RelatedQuery[]): string[] {
  return queries.map(({ namespace, kinds, only }) =>
    [
      `${namespace}:`,
      [...kinds].toSorted().join(' '),
      ...(only === undefined ? [] : [`only ${only.kind.kind} ${only.name}`]),
    ].join(' '),
  );
}
