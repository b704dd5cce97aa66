/** What reporters are given: an audit as plain data, object by object, so that none of them needs to hold all of it. */
import type { Life } from '../policy/life/life.ts';
import type { Summary } from './summary.ts';

/** A place in a file. */
export interface Place {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** The template that Helm rendered the document from, by its comment `# Source:`. */
  readonly source?: string;
}

export interface ReportedViolation {
  /** Id of the check, or `server-dry-run`. */
  readonly check: string;
  readonly action: 'deny' | 'warn';
  /** Name of the container; undefined for one that is about the pod or the object as a whole. */
  readonly container?: string;
  /** Field path from the object, as `spec.template.spec.containers[0].resources.requests.cpu`. */
  readonly path: string;
  /** Without the container and the id of the check. */
  readonly message: string;
  /** Of what it is about, or of its nearest ancestor that is there; undefined for an object of a cluster. */
  readonly place?: Place;
}

/** An object that was judged. */
export interface ReportedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of an object of a cluster. */
  readonly uid?: string;
  /** Where it begins; undefined for an object of a cluster. */
  readonly place?: Place;
  readonly violations: readonly ReportedViolation[];
  /** What the author of the object is exempt from. */
  readonly exempted: readonly (ReportedViolation & { readonly reason: string })[];
  readonly notices: readonly string[];
  /** Why the API server could not be asked about its pod; undefined where it was, and where nobody asked for it. */
  readonly untried?: string;
  /**
   * How its pods start and stop, worked out when asked: only a reporter that draws does. Gives undefined for what makes no
   * pods, and for pods that get no requests.
   */
  readonly life?: () => Life | undefined;
}

/** A document, a file or a kind of a cluster that could not be read. */
export interface ReportedError {
  readonly place?: { readonly file: string; readonly line?: number };
  readonly message: string;
}

export interface ReportEnd {
  readonly summary: Summary;
  readonly errors: readonly ReportedError[];
  /** Name of the profile that was judged by. */
  readonly profile: string;
  readonly version: string;
  readonly now: Date;
}

/** Prints an audit. */
export interface Reporter {
  /** Called for every object that was judged, in order, those without violations too. */
  object(object: ReportedObject): void;
  /** Called once, last. */
  end(end: ReportEnd): void;
}

/** @param write takes text in order; it may be called for each object */
export type ReporterFactory = (write: (text: string) => void) => Reporter;
