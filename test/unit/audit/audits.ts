import { audit, type AuditOptions, type AuditResult } from '../../../src/audit/audit.ts';
import { flatten, type ManifestItem } from '../../../src/audit/objects.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { fewChecks, profileNamed } from '../config/configurations.ts';

/** Audits the text of one file, `shop.yaml`, with a few checks of the built-in profile `baseline`. */
export function audited(text: string, over: Partial<AuditOptions> = {}): AuditResult {
  const { manifests } = parseManifests(text, 'shop.yaml');
  return auditOf(manifests.flatMap(flatten), over);
}

/** Audits objects from wherever they come in the same way. */
export function auditOf(items: readonly ManifestItem[], over: Partial<AuditOptions> = {}): AuditResult {
  return audit(items, { ...fewOptions(), ...over });
}

/** A few checks of the built-in profile `baseline`. */
export function fewOptions(): AuditOptions {
  const configuration = defaultConfiguration();
  return {
    configuration,
    profile: profileNamed('baseline', configuration),
    namespace: 'default',
    checks: fewChecks,
  };
}
