import type { JsonObject } from '../policy/json.ts';

/** The configuration as it is written, after validation against the schema. */
export interface ConfigurationSpec {
  readonly apiVersion: string;
  readonly kind: string;
  readonly defaults?: DefaultsSpec;
  readonly exemptions?: Partial<Exemptions>;
  readonly profiles?: Readonly<Record<string, ProfileSpec>>;
  readonly workloads?: readonly WorkloadKindSpec[];
}

/** A kind of a custom resource that makes pods, such as an Argo Rollout. */
export interface WorkloadKindSpec {
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural name in URLs. */
  readonly resource: string;
  /** Steps joined by dots, `spec.template` when absent. */
  readonly templatePath?: string;
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

/** What every check has, and the check's own parameters. */
export interface CheckSpec {
  readonly action?: 'deny' | 'warn' | 'off';
  readonly exemptible?: boolean;
  readonly ignoreContainers?: ContainerPatternsSpec;
  readonly kinds?: readonly string[];
  readonly selector?: JsonObject;
  readonly [parameter: string]: unknown;
}
