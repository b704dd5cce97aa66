/** The configuration as it is written, after validation against the schema. */
export interface ConfigurationSpec {
  readonly apiVersion: string;
  readonly kind: string;
  readonly defaults?: DefaultsSpec;
  readonly exemptions?: Partial<Exemptions>;
  readonly profiles?: Readonly<Record<string, ProfileSpec>>;
}

export type Mode = 'mutate' | 'enforce' | 'warn' | 'audit';

/** Profiles for namespaces that do not carry the label of a mode. */
export type DefaultsSpec = Partial<Readonly<Record<Mode, string>>>;

export interface Exemptions {
  readonly usernames: readonly string[];
  readonly groups: readonly string[];
  readonly namespaces: readonly string[];
  readonly runtimeClasses: readonly string[];
}

export interface ContainerPatternsSpec {
  readonly names?: readonly string[];
  readonly images?: readonly string[];
}

export interface ProfileSpec {
  readonly extends?: string;
  readonly pods?: 'deny' | 'warn';
  readonly ignoreContainers?: ContainerPatternsSpec;
  readonly mutations?: Readonly<Record<string, MutationSpec>>;
  readonly checks?: Readonly<Record<string, CheckSpec>>;
}

/** `enabled` and the mutation's own parameters. */
export interface MutationSpec {
  readonly enabled?: boolean;
  readonly [parameter: string]: unknown;
}

/** `action`, `exemptible`, `ignoreContainers` and the check's own parameters. */
export interface CheckSpec {
  readonly action?: 'deny' | 'warn' | 'off';
  readonly exemptible?: boolean;
  readonly ignoreContainers?: ContainerPatternsSpec;
  readonly [parameter: string]: unknown;
}
