import { readFile, writeFile } from 'node:fs/promises';
import { reason } from '../manifests/reason.ts';
import { asArray, asObject, type Json } from '../policy/json.ts';
import type { ReportedObject, ReportedViolation } from '../report/report.ts';
import { UserError } from './errors.ts';

const apiVersion = 'gracegate.dev/v1alpha1';
const kind = 'AuditBaseline';

/**
 * Findings that somebody lives with for now. A finding is told by object, check and container: neither its text nor its
 * line counts, nor the version of the object's API.
 */
export class Baseline {
  readonly #accepted: ReadonlySet<string>;
  readonly #met = new Set<string>();
  #count = 0;

  constructor(accepted: Iterable<string> = []) {
    this.#accepted = new Set(accepted);
  }

  /** The object without the violations that are accepted. */
  without(object: ReportedObject): ReportedObject {
    const violations = object.violations.filter((violation) => {
      const key = findingKey(object, violation);
      if (!this.#accepted.has(key)) return true;
      this.#met.add(key);
      this.#count += 1;
      return false;
    });
    return violations.length === object.violations.length ? object : { ...object, violations };
  }

  /** Violations that were taken out. */
  get count(): number {
    return this.#count;
  }

  /** Findings of the baseline that are no more. */
  get gone(): number {
    return this.#accepted.size - this.#met.size;
  }
}

/** Reads `--since-baseline FILE`. */
export async function readBaseline(file: string): Promise<Baseline> {
  const fail = (problem: string): never => {
    throw new UserError(`--since-baseline: ${file} ${problem}`);
  };
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    fail(`cannot be read: ${reason(error)}`),
  );
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return fail('is no JSON; --write-baseline FILE writes one');
  }
  const { apiVersion: version, kind: written, findings } = asObject(json);
  if (version !== apiVersion || written !== kind || !Array.isArray(findings)) {
    return fail(`is no ${kind} of ${apiVersion}; --write-baseline FILE writes one`);
  }
  const keys = asArray(findings);
  const wrong = keys.findIndex((key) => typeof key !== 'string');
  return wrong === -1 ? new Baseline(keys as readonly string[]) : fail(`has no text in findings[${wrong}]`);
}

/** Gathers what `--write-baseline FILE` accepts. */
export class BaselineWriter {
  readonly #file: string;
  readonly #keys = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  add(object: ReportedObject): void {
    for (const violation of object.violations) this.#keys.add(findingKey(object, violation));
  }

  /** One finding on each line and sorted, so that a diff shows what has come and gone. */
  async write(): Promise<number> {
    const findings = [...this.#keys].toSorted();
    try {
      await writeFile(this.#file, `${JSON.stringify({ apiVersion, kind, findings }, null, 2)}\n`);
    } catch (error) {
      throw new UserError(`--write-baseline: ${this.#file} cannot be written: ${reason(error)}`);
    }
    return findings.length;
  }
}

/** `Deployment.apps shop/web: cpu-request of app`. No name of Kubernetes holds a space or a colon. */
function findingKey(object: ReportedObject, { check, container }: ReportedViolation): string {
  const slash = object.apiVersion.lastIndexOf('/');
  const group = slash === -1 ? '' : `.${object.apiVersion.slice(0, slash)}`;
  const about = container === undefined ? '' : ` of ${container}`;
  return `${object.kind}${group} ${object.namespace}/${object.name}: ${check}${about}`;
}
