import type { Manifest, ManifestError } from '../manifests/manifest.ts';
import type { AuditedObject, AuditOptions } from './audit.ts';
import { Judge, withChecks } from './judge.ts';
import { flatten } from './objects.ts';
import { Survey } from './survey.ts';
import { Surroundings } from './surroundings.ts';

/** The documents of the files that are audited, from the first one, as often as they are asked for. */
export type ReadManifests = (isWanted?: (text: string) => boolean) => AsyncIterable<Manifest | ManifestError>;

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
  await surveyManifests(survey, manifests);
  const unknown = options.unknown ?? surroundings.secrets.unknown;
  const judge = new Judge(options, surroundings, (self) => survey.graph(self, unknown));
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

/** Reads the files once, and once more where workloads are looked up. */
async function surveyManifests(survey: Survey, manifests: ReadManifests): Promise<void> {
  for await (const read of manifests(survey.isOfInterest)) {
    if ('message' in read) continue;
    for (const { object } of flatten(read)) survey.see(object);
  }
  if (!survey.looksUpWorkloads()) return;
  for await (const read of manifests()) {
    if ('message' in read) continue;
    for (const { object } of flatten(read)) survey.seeWorkload(object);
  }
}
