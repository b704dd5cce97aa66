import type { Draft } from '../draft.ts';
import { fillDefaults } from '../resources/fill-defaults.ts';
import { nothingApplied, type Mutation } from '../mutation.ts';

/** Fills requests and limits from the profile's limits, as LimitRanger would from a LimitRange of the namespace. */
export const limitRangeMutation: Mutation = {
  id: 'limit-range',
  title: 'Default requests and limits',
  rationale:
    'A LimitRange has to be copied into every namespace; the limits of a profile serve all that name it. Unlike ' +
    'LimitRanger it never makes a valid pod invalid: a default limit below the explicit request is not set, and cpu and ' +
    'memory are left alone in a pod with resources of its own (spec.resources).',
  source: 'plugin/pkg/admission/limitranger/admission.go, mergePodResourceRequirements',
  parameters: {
    limits: {
      type: 'array',
      description:
        'Items in the shape of spec.limits of a LimitRange. default and defaultRequest are filled in here; min, max, ' +
        'maxLimitRequestRatio and type Pod feed the check limit-range.',
      items: { $ref: '#/definitions/LimitRangeItem' },
    },
  },
  apply(draft: Draft, settings) {
    const limits = settings['limit-range'];
    if (limits === undefined) return nothingApplied;
    const records = fillDefaults(draft, limits.defaults, { keepValid: true });
    return records.length === 0 ? nothingApplied : { records, warnings: [] };
  },
};
