/** The objects of an audit of files. */
import type { Readable } from 'node:stream';
import type { AuditedObject, AuditOptions } from '../audit/audit.ts';
import { auditManifests } from '../audit/stream.ts';
import type { ManifestError } from '../manifests/manifest.ts';
import { listFiles, readFiles } from '../manifests/read.ts';

/** Judged objects in order, and what could not be read between them. A sentence stands for a kind of a cluster. */
export type Audited = AuditedObject | ManifestError | string;

/**
 * Audits what `-f` names.
 * @param outputs real paths of what the audit writes, maybe into a folder that it reads
 */
export async function* auditSources(
  sources: readonly string[],
  stdin: Readable,
  options: AuditOptions,
  outputs: ReadonlySet<string>,
): AsyncGenerator<Audited> {
  const files = await listFiles(sources, stdin, outputs);
  yield* auditManifests((isWanted) => readFiles(files, isWanted), options);
}
