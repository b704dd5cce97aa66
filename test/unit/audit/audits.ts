import { audit, type AuditOptions, type AuditResult } from '../../../src/audit/audit.ts';
import { flatten } from '../../../src/audit/objects.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { fewChecks, profileNamed } from '../config/configurations.ts';

/** Audits the text of one file, `shop.yaml`, with a few checks of the built-in profile `baseline`. */
export function audited(text: string, over: Partial<AuditOptions> = {}): AuditResult {
  const configuration = defaultConfiguration();
  const { manifests } = parseManifests(text, 'shop.yaml');
  return audit(manifests.flatMap(flatten), {
    configuration,
    profile: profileNamed('baseline', configuration),
    namespace: 'default',
    checks: fewChecks,
    ...over,
  });
}
