import type { Path } from './json.ts';
import type { LimitRange } from './limit-range.ts';
import type { ContainerView, PodView } from './view.ts';
import type { Workload } from './workload-kinds.ts';

/** What a check found, as data. Two violations are the same when check and container are; the text never counts. */
export interface Violation {
  readonly check: string;
  /** Key of the check's `messages`. */
  readonly message: string;
  /** The container it is about; undefined when it is about the pod as a whole. */
  readonly container?: ContainerView;
  /** From the pod or pod template to the field that is missing or wrong. */
  readonly path: Path;
  /** Values for the placeholders of the message. */
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Words for a violation, with `{placeholders}`. */
export interface Message {
  /** What is wrong, without a full stop: "no CPU request". */
  readonly problem: string;
  /** What to write, or what would happen. */
  readonly advice: string;
}

/** What a check looks at. */
export interface Subject {
  readonly workload: Workload;
  /** The pod as it is, or as it would come out of the template. */
  readonly pod: PodView;
  /** Containers that are asked for resources: all but ephemeral and ignored ones. */
  readonly resourceContainers: readonly ContainerView[];
  /** Containers that are asked for probes, hooks and grace: those that serve, without ignored ones. */
  readonly servingContainers: readonly ContainerView[];
  /** The namespace's LimitRanges and the profile's own. */
  readonly limitRanges: readonly LimitRange[];
}

/** JSON schema of one parameter, as published in the configuration's schema. */
export interface ParameterSchema {
  readonly type: 'integer' | 'string' | 'boolean' | 'array';
  readonly description: string;
  readonly default?: number | string | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly items?: { readonly $ref: string };
}

export type Parameters = Readonly<Record<string, ParameterSchema>>;

/** Values of parameters after defaults, validated by the schema that the parameters make. */
export type ParameterValues = Readonly<Record<string, unknown>>;

/** A rule, as one object. One file each; the registry lists them in the order in which they report. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** Why it matters on a cluster. */
  readonly rationale: string;
  /** How to fix what it reports. */
  readonly remediation: string;
  /** Where the rule comes from. */
  readonly source: string;
  /**
   * resources: rests on requests and limits, so LimitRanges are read live before a refusal, and `pods/resize` is judged
   * by it; lifecycle: rests on probes, hooks and grace, which cannot change in a running pod.
   */
  readonly topic: 'resources' | 'lifecycle';
  readonly messages: Readonly<Record<string, Message>>;
  readonly parameters: Parameters;
  evaluate(subject: Subject, parameters: ParameterValues): Violation[];
}
