import type { ManifestError } from '../manifests/manifest.ts';
import type { AuditedObject, AuditOptions } from './audit.ts';
import { Judge, withChecks } from './judge.ts';
import { flatten } from './objects.ts';
import { Survey, type ReadManifests } from './survey.ts';
import { Surroundings } from './surroundings.ts';

/**
 * Judges the objects of files one by one, with the same verdicts as `audit`, in the order in which they are written. The
 * files are read again instead of being held: at least twice.
 */
export async function* auditManifests(
  manifests: ReadManifests,
  options: AuditOptions,
): AsyncGenerator<AuditedObject | ManifestError> {
  const surroundings = new Surroundings(options.namespace);
  const survey = new Survey(options, withChecks(options.profile, options.checks), surroundings);
  await survey.read(manifests);
  const judge = new Judge(options, surroundings, (self) => survey.graph(self));
  for await (const read of manifests()) {
    if ('message' in read) {
      yield read;
      continue;
    }
    for (const item of flatten(read)) {
      const judged = judge.judge(item);
      if (judged !== undefined) yield judged;
    }
  }
}
