/** Fixes the texts of files. Pure: what is read and written is the business of the command line. */
import { flatten, objectProblem, templateError, type ManifestItem } from '../audit/objects.ts';
import type { Manifest, ManifestError } from '../manifests/manifest.ts';
import { isJson } from '../manifests/json-stream.ts';
import { parseManifests } from '../manifests/parse.ts';
import { templateHint } from '../manifests/documents.ts';
import { deepEqual, isObject, type Json, type JsonObject } from '../policy/json.ts';
import { describeObject } from '../policy/words.ts';
import type { NamedChange } from './change.ts';
import { plan, isFragment, type Planned, type PlanOptions } from './plan.ts';
import { splitDocuments } from './text/documents.ts';
import { rewrite, withComments, type Comment } from './text/rewrite.ts';
import { todosOf } from './todo.ts';
import { isWorkload } from '../policy/objects/workload-kinds.ts';

export interface SourceText {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  readonly text: string;
}

export interface FixOptions extends PlanOptions {
  /** Whether to leave comments where only the author knows what to write. */
  readonly todo: boolean;
}

/** A change that was made, or could not be. */
export interface Report extends NamedChange {
  /** `Deployment shop/web`. */
  readonly object: string;
  /** 1-based line of the object in the text as it was. */
  readonly line: number | undefined;
  /** The template that Helm rendered the object from. */
  readonly source: string | undefined;
  /** Why it was not made. */
  readonly refused?: string;
}

export interface FixedText {
  readonly file: string;
  readonly before: string;
  /** The same as before where there is nothing to fix. */
  readonly after: string;
  readonly reports: readonly Report[];
  /** How many violations nobody but the author can mend. */
  readonly left: number;
  /** Why the file, or a document of it, was left alone. */
  readonly errors: readonly ManifestError[];
}

/** Fixes all texts together: each object is judged with those of the other texts around it. */
export function fixTexts(sources: readonly SourceText[], options: FixOptions): FixedText[] {
  const read = sources.map(({ file, text }) => ({ file, text, ...parseManifests(text, file) }));
  const items = read.map(({ manifests }) => manifests.map(flatten));
  const planned = plan(items.flat(2), options)[Symbol.iterator]();
  return read.map(({ file, text, manifests, errors }, index) => {
    const parts = manifests.map((manifest, at) => ({
      manifest,
      planned: (items[index]?.[at] ?? []).map(() => planned.next().value as Planned),
    }));
    const left = parts.flatMap((part) => part.planned.flatMap((one) => one.left)).length;
    const templates = templatesAmong(items[index]?.flat() ?? [], options);
    const unchanged = { file, before: text, after: text, reports: [], left };
    if (templates.length > 0) return { ...unchanged, errors: [...errors, ...templates].map(explained) };
    const unreadable = (items[index] ?? []).flat().flatMap((item) => unreadableObject(file, item));
    if (errors.length > 0) return { ...unchanged, errors: [...errors.map(explained), ...unreadable] };
    const result = fixText(file, text, parts, options);
    return { ...unchanged, ...result, errors: [...unreadable, ...(result.errors ?? [])] };
  });
}

/** What an audit would say of it. The objects beside it are fixed all the same. */
function unreadableObject(file: string, { object, line }: ManifestItem): ManifestError[] {
  const message = objectProblem(object);
  return message === undefined ? [] : [{ file, ...(line !== undefined && { line }), message }];
}

/** What could be read, and is yet no manifest. */
function templatesAmong(
  items: readonly ManifestItem[],
  { configuration: { workloads } }: FixOptions,
): ManifestError[] {
  return items.flatMap((item) => templateError(item, workloads.read(item.object)) ?? []);
}

interface Part {
  readonly manifest: Manifest;
  readonly planned: readonly Planned[];
}

function fixText(
  file: string,
  text: string,
  parts: readonly Part[],
  { todo }: FixOptions,
): Partial<FixedText> {
  const jobs = parts.map((part) => jobOf(part, todo));
  if (jobs.every(({ changes, comments }) => changes.length === 0 && comments.length === 0)) return {};
  const reports: Report[] = [];
  const values: Json[] = [];
  const documents = splitDocuments(text);
  const texts = documents.map((document) => {
    const value = valueOf(document);
    const job = jobs[values.length];
    // An empty document is none; that the others come in the same order is seen in the end.
    if (value === undefined || job === undefined) return document;
    const written = rewrite(document, job.value, job.changes, valueOf);
    values.push(written.value);
    const reasons = new Map(written.refused.map(({ change, reason }) => [change, reason]));
    for (const change of job.changes) {
      const refused = reasons.get(change);
      reports.push({ ...change, ...(refused !== undefined && { refused }) });
    }
    return job.comments.length === 0 ? written.text : withComments(written.text, job.comments, valueOf);
  });
  const after = texts.join('');
  const { manifests, errors } = parseManifests(after, file);
  const isAsMeant =
    errors.length === 0 &&
    deepEqual(
      manifests.map(({ value }): Json => value),
      values,
    ) &&
    documents.every((document, at) => staysJson(document, texts[at] ?? ''));
  if (isAsMeant) return { after, reports };
  return {
    errors: [
      { file, message: 'it is written in a way that cannot be edited safely, so it is left as it is' },
    ],
  };
}

interface Job {
  readonly value: JsonObject;
  readonly changes: readonly Report[];
  readonly comments: readonly Comment[];
}

/** What is to be done in a document; of a List in its items. */
function jobOf({ manifest, planned }: Part, todo: boolean): Job {
  const value: Json = manifest.value;
  const changes: Report[] = [];
  const comments: Comment[] = [];
  for (const [index, one] of planned.entries()) {
    const prefix = isItem(one.item, value) ? ['items', index] : [];
    const { audited } = one;
    const object = audited === undefined ? '' : describeObject(audited.object);
    const line = one.changes.length === 0 ? undefined : one.item.line;
    for (const { path, value: wanted, by, needs } of withNeeds(lastOfEach(one.changes)))
      changes.push({
        path: [...prefix, ...path],
        value: wanted,
        by,
        object,
        line,
        source: manifest.source,
        ...(needs !== undefined && { needs: [...prefix, ...needs] }),
      });
    if (!todo || audited === undefined) continue;
    if (isWorkload(audited.object) && isFragment(audited.object)) continue;
    for (const comment of todosOf(one.left, audited))
      comments.push({ path: [...prefix, ...comment.path], text: comment.text });
  }
  return { value: isObject(value) ? value : {}, changes, comments };
}

const isItem = ({ object }: ManifestItem, value: Json): boolean => object !== value;

/** A sleep is paid out of the grace period: without the longer one it would leave no time to drain. */
function withNeeds(changes: readonly NamedChange[]): NamedChange[] {
  const grace = changes.find(({ path }) => path.at(-1) === 'terminationGracePeriodSeconds')?.path;
  if (grace === undefined) return [...changes];
  return changes.map((change) =>
    change.by === 'pre-stop-sleep' || change.by === 'pre-stop' ? { ...change, needs: grace } : change,
  );
}

/** Of several changes of one place the last. */
function lastOfEach(changes: readonly NamedChange[]): NamedChange[] {
  return [...new Map(changes.map((change) => [JSON.stringify(change.path), change])).values()];
}

/** The value of the only document of a text. */
function valueOf(text: string): Json | undefined {
  const { manifests, errors } = parseManifests(text, '');
  return errors.length === 0 && manifests.length === 1 ? manifests[0]?.value : undefined;
}

function explained(error: ManifestError): ManifestError {
  const { message } = error;
  return message.endsWith(templateHint)
    ? { ...error, message: `${message}, as the file is left as it is` }
    : error;
}

function staysJson(before: string, after: string): boolean {
  return !isJson(before) || isJson(after);
}
