/** Asks Gracegate, as `gracegate audit` would, what it says of an object: to be held against the word of a server. */
import { audit } from '../../../src/audit/audit.ts';
import type { ManifestItem } from '../../../src/audit/objects.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import type { Check } from '../../../src/policy/check.ts';
import type { Finding } from '../../../src/policy/evaluate.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { profileOf } from '../../unit/policy/profiles.ts';

/** What a check finds in an object; none of what it finds in the objects beside it. */
export function ourFindings(
  check: Check,
  judged: object,
  beside: readonly object[] = [],
): readonly Finding[] {
  const items = [item(judged, 'judged'), ...beside.map((one) => item(one, 'beside'))];
  const { objects, errors } = audit(items, {
    configuration: defaultConfiguration(),
    profile: profileOf({ check }),
    namespace: 'default',
  });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return objects.filter(({ file }) => file === 'judged').flatMap(({ verdict }) => verdict.findings);
}

/** As a file would have it: without fields that are undefined. */
function item(object: object, file: string): ManifestItem {
  return { object: JSON.parse(JSON.stringify(object)) as JsonObject, file, line: 1, lineAt: () => 1 };
}

export function messagesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ message }) => message).toSorted();
}
