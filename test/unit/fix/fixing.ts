/** Fixing texts in tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { audit } from '../../../src/audit/audit.ts';
import { flatten, unknownAmong } from '../../../src/audit/objects.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import { defaultConfiguration, parseConfiguration } from '../../../src/config/load.ts';
import { fixTexts, type FixedText, type FixOptions, type SourceText } from '../../../src/fix/fix-texts.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import type { Finding } from '../../../src/policy/evaluate.ts';
import type { Json } from '../../../src/policy/json.ts';
import type { Profile } from '../../../src/policy/profile.ts';
import { profileNamed } from '../config/configurations.ts';

/** A configuration with one more profile, `test`, from its lines. */
export function configurationWith(profile: string): Configuration {
  const lines = profile.trim().replaceAll('\n', '\n    ');
  return parseConfiguration(
    `apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\nprofiles:\n  test:\n    ${lines}\n`,
    'test',
  );
}

export function optionsFor(
  over: Partial<FixOptions> = {},
  configuration: Configuration = defaultConfiguration(),
  profile: Profile = profileNamed('baseline', configuration),
): FixOptions {
  return { configuration, profile, mutations: profile.mutations, namespace: 'default', todo: false, ...over };
}

/** Fixes one text as `web.yaml`. */
export function fixed(text: string, options: FixOptions = optionsFor()): FixedText {
  const [result] = fixTexts([{ file: 'web.yaml', text }], options);
  if (result === undefined) throw new Error('no result');
  return result;
}

/** With the checks of a profile `test` alone, and no mutations unless it has some. */
export function fixedWith(profile: string, text: string): FixedText {
  const configuration = configurationWith(profile);
  return fixed(text, optionsFor({}, configuration, profileNamed('test', configuration)));
}

/** What an audit says of texts together. */
export function findingsIn(
  texts: readonly string[],
  { configuration, profile, namespace }: FixOptions,
): Finding[] {
  const items = texts.flatMap((text) => parseManifests(text, 'f').manifests).flatMap(flatten);
  const result = audit(items, { configuration, profile, namespace, unknown: unknownAmong(items) });
  return result.objects.flatMap(({ verdict }) => verdict.findings);
}

export function valuesIn(text: string): Json[] {
  const { manifests, errors } = parseManifests(text, 'f');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return manifests.map(({ value }) => value);
}

const fixtures = new URL('../../fixtures/', import.meta.url);

/** The files of a folder of fixtures that hold manifests. */
export function textsOf(folder: string): SourceText[] {
  return readdirSync(new URL(`${folder}/`, fixtures))
    .filter((name) => /\.(?:yaml|json)$/.test(name) && !/^(?:verdicts|documents)\./.test(name))
    .toSorted()
    .map((name) => ({ file: name, text: readFileSync(new URL(`${folder}/${name}`, fixtures), 'utf8') }));
}
