import { audit, type AuditedObject } from '../audit/audit.ts';
import { flatten, unknownAmong, type ManifestItem } from '../audit/objects.ts';
import { Surroundings } from '../audit/surroundings.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ManifestError } from '../manifests/manifest.ts';
import { parseManifests } from '../manifests/parse.ts';
import { isWorkload } from '../policy/objects/workload-kinds.ts';
import type { Profile } from '../policy/profile.ts';
import { reportedObject } from '../report/reported.ts';
import type { Answer, Mark, ProfileAnswer, Question } from './answer.ts';
import { mostMarks } from './limits.ts';
import { patchedPod } from './patched-pod.ts';
import { shortened, shortenedObject } from './shorten.ts';
import { shownVerdict, verdictSentence, type JudgedObject } from './verdict.ts';

/** What a manifest is called that has no file. */
const file = 'manifest.yaml';
const namespace = 'default';

/**
 * Judges manifests by every profile, as `gracegate audit` would. Pure; what cannot be read becomes part of the answer.
 * @param configurationFile that the configuration is of, as the user named it
 */
export function judgeText(
  { text, patched }: Question,
  configuration: Configuration,
  configurationFile?: string,
): Answer {
  const { manifests, errors } = parseManifests(text, file);
  const items = manifests.flatMap(flatten);
  const surroundings = new Surroundings(namespace);
  for (const { object } of items) surroundings.see(object);
  return {
    profiles: [...configuration.profiles.values()].map((profile) =>
      judgeByProfile(items, errors, { profile, patched, configuration, configurationFile, surroundings }),
    ),
  };
}

interface Circumstances {
  readonly profile: Profile;
  readonly patched: boolean;
  readonly configuration: Configuration;
  readonly configurationFile: string | undefined;
  readonly surroundings: Surroundings;
}

function judgeByProfile(
  items: readonly ManifestItem[],
  unreadable: readonly ManifestError[],
  { profile, patched, configuration, configurationFile, surroundings }: Circumstances,
): ProfileAnswer {
  const result = audit(items, {
    ...{ configuration, profile, namespace },
    mutateProfile: patched ? profile : undefined,
    unknown: unknownAmong(items),
    withoutNamespaces: new Set(configuration.exemptions.namespaces),
  });
  const errors = shortened([...unreadable, ...result.errors]).toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0),
  );
  const objects = result.objects.map((audited) => judgedObject(audited, profile, surroundings));
  const violations = objects.flatMap(({ reported }) => reported.violations);
  const deny = violations.filter(({ action }) => action === 'deny').length;
  return {
    name: profile.name,
    deny,
    warn: violations.length - deny,
    summary: verdictSentence(objects, errors),
    marks: marksOf(objects, errors),
    html: shownVerdict({ profile: profile.name, patched, configurationFile, objects, errors }).text,
  };
}

function judgedObject(audited: AuditedObject, profile: Profile, surroundings: Surroundings): JudgedObject {
  const { object, namespace: place } = audited;
  const reported = shortenedObject(reportedObject(audited));
  if (!isWorkload(object)) return { reported };
  const patch = () => patchedPod(object, profile.mutations, surroundings.limitRanges(place));
  return { reported, pod: { template: object.template, patch } };
}

function marksOf(objects: readonly JudgedObject[], errors: readonly ManifestError[]): Mark[] {
  const unreadable = errors.map(({ line, message }): Mark => ({
    line: line ?? 1,
    column: 1,
    severity: 'error',
    message,
  }));
  const violations = objects.flatMap(({ reported }) =>
    reported.violations.map(({ check, action, container, message, place }): Mark => ({
      line: place?.line ?? 1,
      column: place?.column ?? 1,
      severity: action === 'deny' ? 'error' : 'warning',
      check,
      message: container === undefined ? message : `${container}: ${message}`,
    })),
  );
  return [...unreadable, ...violations]
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, mostMarks);
}
