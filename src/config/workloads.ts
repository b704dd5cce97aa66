import { groupOf } from '../policy/objects/kube-object.ts';
import { objectKinds } from '../policy/objects/object-kinds.ts';
import { WorkloadTable, workloadKinds, type WorkloadKind } from '../policy/objects/workload-kinds.ts';
import type { ConfigurationProblem } from './configuration.ts';
import type { WorkloadKindSpec } from './spec.ts';

const defaultTemplatePath = 'spec.template';

/** The table of workloads with those that a configuration adds. Problems are added to the list. */
export function resolveWorkloads(
  specs: readonly WorkloadKindSpec[],
  problems: ConfigurationProblem[],
): WorkloadTable {
  const added: WorkloadKind[] = [];
  specs.forEach(({ apiVersion, kind, resource, templatePath = defaultTemplatePath }, index) => {
    const group = groupOf(apiVersion);
    const known = [...workloadKinds, ...objectKinds, ...added].find(
      (one) => one.group === group && one.kind === kind,
    );
    if (known !== undefined) {
      problems.push({
        path: ['workloads', index, 'kind'],
        message: `${apiVersion} ${kind} is known already`,
      });
      return;
    }
    const version = apiVersion.slice(group === '' ? 0 : group.length + 1);
    added.push({ group, version, kind, resource, templatePath: templatePath.split('.') });
  });
  return new WorkloadTable(added);
}
