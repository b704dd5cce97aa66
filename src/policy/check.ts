import type { ContainerMatcher } from './objects/container-matcher.ts';
import type { Graph, RelatedKind } from './graph.ts';
import type { Path } from './json.ts';
import type { KubeObject } from './objects/kube-object.ts';
import type { LimitRange } from './resources/limit-range.ts';
import type { ObjectKindName } from './objects/object-kinds.ts';
import type { ContainerView, PodView } from './objects/view.ts';
import type { Workload } from './objects/workload-kinds.ts';

/** What a check found, as data. Two violations are the same when check and container are; the text never counts. */
export interface Violation {
  readonly check: string;
  /** Key of the check's `messages`. */
  readonly message: string;
  /** The container it is about; undefined when it is about the pod or the object as a whole. */
  readonly container?: ContainerView;
  /** What `path` starts from: the pod or pod template (when absent), or the object that was judged. */
  readonly root?: 'pod' | 'object';
  /** To the field that is missing or wrong. */
  readonly path: Path;
  /** Values for the placeholders of the message. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** Where it can be wrong by more or less: of two that are otherwise alike the one with the larger extent is worse. */
  readonly extent?: number;
}

/** Words for a violation, with `{placeholders}`. */
export interface Message {
  /** What is wrong, without a full stop: "no CPU request". */
  readonly problem: string;
  /** What to write, or what would happen. */
  readonly advice: string;
  /**
   * True when it rests on other objects, mostly on their absence. The order of an apply is free, so at admission this
   * never denies, whatever the profile says; the command line denies.
   */
  readonly absence?: true;
  /** `warn` where a cluster copes with it, or where what is missing may lie elsewhere: this never denies, anywhere. */
  readonly atMost?: 'warn';
}

/** What a check of workloads looks at. */
export interface WorkloadSubject {
  readonly workload: Workload;
  /** Where it is, or would be. */
  readonly namespace: string;
  /** The pod as it is, or as it would come out of the template. */
  readonly pod: PodView;
  /** Containers that are asked for resources: all but ephemeral and ignored ones. */
  readonly resourceContainers: readonly ContainerView[];
  /** Containers that are asked for probes, hooks and grace: those that serve, without ignored ones. */
  readonly servingContainers: readonly ContainerView[];
  /** The namespace's LimitRanges, which leave no container alone. */
  readonly limitRanges: readonly LimitRange[];
  /** The profile's own limits. */
  readonly profileLimits: readonly LimitRange[];
  /** The objects around it. */
  readonly graph: Graph;
}

/** What a check of other objects looks at. */
export interface ObjectSubject {
  readonly object: KubeObject;
  /** Where it is, or would be. */
  readonly namespace: string;
  readonly graph: Graph;
  /** Containers of related pods that are not asked. */
  readonly ignores: ContainerMatcher;
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

/** What checks are grouped by, in the order in which they report. */
export const topics = ['resources', 'starting', 'stopping', 'scaling', 'wiring'] as const;

/**
 * resources: rests on requests and limits, so `pods/resize` is judged by it; the other topics rest on what cannot change
 * in a running pod.
 */
export type Topic = (typeof topics)[number];

/** Manifests in YAML, complete enough for an API server to take them. */
export interface Examples {
  /** What the check objects to. */
  readonly bad: string;
  /** The same, mended. */
  readonly good: string;
}

interface CheckFacts {
  readonly id: string;
  readonly title: string;
  /** Why it matters on a cluster. */
  readonly rationale: string;
  /** What people see on the cluster when it goes wrong: the event, the status, the error. */
  readonly symptom: string;
  /** How to fix what it reports. */
  readonly remediation: string;
  /** Where the rule comes from. */
  readonly source: string;
  readonly topic: Topic;
  readonly messages: Readonly<Record<string, Message>>;
  readonly parameters: Parameters;
  readonly examples: Examples;
  /** What it looks up. At admission only that is read; a check says nothing of a kind that the graph does not know. */
  readonly needs?: readonly RelatedKind[];
}

/** A rule about pods and what makes them. */
export interface WorkloadCheck extends CheckFacts {
  readonly judges: 'workloads';
  evaluate(subject: WorkloadSubject, parameters: ParameterValues): Violation[];
}

/** A rule about objects of other kinds. The paths of its violations start from the object. */
export interface ObjectCheck extends CheckFacts {
  readonly judges: readonly ObjectKindName[];
  evaluate(subject: ObjectSubject, parameters: ParameterValues): Violation[];
}

/** A rule, as one object. One file each; the registry lists them in the order in which they report. */
export type Check = WorkloadCheck | ObjectCheck;
