import type { Configuration } from '../config/configuration.ts';
import type { Mode } from '../config/spec.ts';
import { clippedName } from '../policy/visible.ts';
import type { AdmissionContext } from './context.ts';
import { countViolators } from './count-violators.ts';
import { labelPrefix, modeLabels, modes, namedProfile, off } from '../config/namespace-labels.ts';
import { systemNamespaces } from './labels.ts';
import { namespaceInfo } from './namespace-info.ts';
import type { NamespaceInfo } from './ports.ts';
import { allow, deny, type AdmissionResponse } from './response.ts';
import type { AdmissionRequest } from './review.ts';

/** The longest that an API server waits for a webhook, in milliseconds; what a client names beyond it is no API server's. */
const maxDeadlineMs = 30_000;

/**
 * Answers a review of `namespaces.gracegate.dev`: refuses a new label that names no profile, and answers a changed
 * `enforce` label with what it would break. Best effort, that webhook fails open.
 * @param deadlineMs how long the API server waits, in milliseconds; counting takes at most half of it
 */
export async function checkNamespace(
  request: AdmissionRequest,
  context: AdmissionContext,
  deadlineMs: number,
): Promise<AdmissionResponse> {
  const { uid, object } = request;
  const { recorder } = context;
  const configuration = context.configuration();
  if (request.kind !== 'Namespace' || request.subResource !== '' || object === undefined) {
    recorder.reviewed({ path: 'namespaces', decision: 'allow' });
    return allow(uid);
  }
  const namespace = { name: request.name, labels: namespaceInfo(object).labels };
  const before = namespaceInfo(request.oldObject ?? {}).labels;
  const unknown = unknownProfile(namespace, before, configuration);
  if (unknown !== undefined) {
    recorder.reviewed({ path: 'namespaces', decision: 'deny' });
    recorder.refused({
      uid,
      user: request.username,
      operation: request.operation,
      dryRun: request.dryRun,
      object: `Namespace ${clippedName(namespace.name)}`,
      profile: '',
      reason: unknown,
    });
    return deny(uid, unknown);
  }
  const inert = inertLabelWarnings(namespace, configuration, context.ownNamespace);
  const warnings = [...unknownKeyWarnings(namespace, before), ...inert];
  const profileBefore =
    request.operation === 'CREATE' ? undefined : namedProfile(before, 'enforce', configuration);
  const profileNow = namedProfile(namespace.labels, 'enforce', configuration);
  const isNew = profileNow !== undefined && profileNow !== profileBefore;
  // A namespace that is just being made has nothing in it yet.
  if (isNew && request.operation === 'UPDATE' && inert.length === 0) {
    warnings.push(
      ...(await countViolators(
        namespace,
        context,
        AbortSignal.timeout(Math.min(deadlineMs, maxDeadlineMs) / 2),
      )),
    );
  }
  recorder.reviewed({ path: 'namespaces', decision: 'allow' });
  return allow(uid, { warnings });
}

/** A label that this very write brings and that names no profile. One that was there before must not block other writes. */
function unknownProfile(
  { name, labels }: NamespaceInfo,
  before: NamespaceInfo['labels'],
  { profiles }: Configuration,
): string | undefined {
  for (const mode of modes) {
    const label = modeLabels[mode];
    const value = labels[label];
    if (value === undefined || value === off || value === before[label] || profiles.has(value)) continue;
    const known = [...profiles.keys(), off].join(', ');
    return `Namespace ${clippedName(name)}: label ${label}=${clippedName(value)} names no profile; known are ${known}`;
  }
  return undefined;
}

function unknownKeyWarnings({ labels }: NamespaceInfo, before: NamespaceInfo['labels']): string[] {
  const known = new Set<string>(Object.values(modeLabels));
  return Object.keys(labels)
    .filter((key) => key.startsWith(labelPrefix) && !known.has(key) && !Object.hasOwn(before, key))
    .map((key) => `gracegate: label ${key} has no meaning; known are ${[...known].join(', ')}`);
}

/** Labels of a namespace that no webhook will ever act on. */
function inertLabelWarnings(
  { name, labels }: NamespaceInfo,
  { exemptions }: Configuration,
  ownNamespace: string | undefined,
): string[] {
  const isSystem = systemNamespaces.includes(name) || name === ownNamespace;
  if (!isSystem && !exemptions.namespaces.includes(name)) return [];
  const set = modes.filter((mode: Mode) => (labels[modeLabels[mode]] ?? off) !== off);
  if (set.length === 0) return [];
  const why = isSystem ? 'Gracegate leaves it alone' : 'it is exempt in the configuration of Gracegate';
  return [
    `gracegate: namespace ${name}: label ${set.map((mode) => modeLabels[mode]).join(', ')} has no effect, ${why}`,
  ];
}
