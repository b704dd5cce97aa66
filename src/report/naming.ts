/** How reports that other programs read name objects, problems and files. */
import { posix, sep } from 'node:path';
import type { Place, ReportedObject, ReportedViolation } from './report.ts';

/** `Deployment shop/web`. */
export function objectName({ kind, namespace, name }: ReportedObject): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** `container app: no CPU request; set resources.requests.cpu, for example 100m`. */
export function problemText({ container, message }: ReportedViolation): string {
  return container === undefined ? message : `container ${container}: ${message}`;
}

/** Standard input has lines, but it is no file that anybody could open later. */
export function isStandardInput({ file }: { readonly file: string }): boolean {
  return file === '-';
}

/** With slashes on every system and without `./`, as repositories and their web pages name files. */
export function slashedPath(file: string): string {
  return posix.normalize(sep === '\\' ? file.replaceAll(sep, '/') : file);
}

/** `manifests/web.yaml:12:9`, `standard input:12:9`; with the template where Helm has said it. */
export function placeText({ file, line, column, source }: Place): string {
  const name = isStandardInput({ file }) ? 'standard input' : file;
  return `${name}:${line}:${column}${source === undefined ? '' : `, rendered from ${source}`}`;
}

/** `1 denial`, `2 denials`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
