/** Where a problem is, as SARIF says it: a place in a file, and the object and container by name. */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isStandardInput, objectName, slashedPath } from './naming.ts';
import type { Place, ReportedObject, ReportedViolation } from './report.ts';

/** The folder that relative URIs start from. Not resolved, or the same manifests would report differently elsewhere. */
export const sourceRoot = '%SRCROOT%';

/** Id of the related location that messages link to. */
export const templateId = 1;

/** `location` of a violation. */
export function sarifLocation(object: ReportedObject, violation: ReportedViolation): object {
  return {
    physicalLocation: physicalLocation(object, violation.place ?? object.place),
    logicalLocations: logicalLocations(object, violation.container),
  };
}

/** `location` of an object as a whole. */
export function objectLocation(object: ReportedObject): object {
  return {
    physicalLocation: physicalLocation(object, object.place),
    logicalLocations: logicalLocations(object, undefined),
  };
}

/** `location` of a template of Helm. It has no lines: those of `place` are lines of what was rendered from it. */
export function templateLocation(source: string): object {
  return {
    id: templateId,
    physicalLocation: { artifactLocation: fileLocation(source) },
    message: { text: 'The template that the manifest was rendered from' },
  };
}

/**
 * Code scanning refuses a whole file for one result that has only logical locations ("expected a physical location"), or
 * none at all. So an object of a cluster gets the address of an artifact that is in no repository; it is shown without
 * source lines, and names the object.
 */
function physicalLocation(object: ReportedObject, place: Place | undefined): object {
  if (place === undefined) {
    const { namespace, kind, name } = object;
    const path = ['cluster', ...(namespace === '' ? [] : [namespace]), kind, name];
    return {
      artifactLocation: {
        uri: encodedPath(path),
        description: { text: `${objectName(object)} of the cluster` },
      },
      region: { startLine: 1 },
    };
  }
  return {
    artifactLocation: fileLocation(place.file),
    // Without an end a region goes on to the end of its line.
    region: { startLine: place.line, startColumn: place.column },
  };
}

/** `artifactLocation` of a file as the user named it. */
export function fileLocation(file: string): object {
  if (isStandardInput({ file })) return { uri: 'stdin' };
  const path = slashedPath(file);
  // Code scanning makes these relative to the repository by the checkout that the upload names; it does not resolve `..`.
  if (isAbsolute(file) || path === '..' || path.startsWith('../'))
    return { uri: pathToFileURL(file.toWellFormed()).href };
  return { uri: encodedPath(path.split('/')), uriBaseId: sourceRoot };
}

/** Of well-formed text, because half a surrogate pair has no encoding. */
function encodedPath(segments: readonly string[]): string {
  return segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join('/');
}

function logicalLocations(
  { apiVersion, kind, namespace, name }: ReportedObject,
  container: string | undefined,
): object[] {
  const fullName = [apiVersion, kind, ...(namespace === '' ? [] : [namespace]), name].join('/');
  const object = { name, fullyQualifiedName: fullName, kind: 'resource' };
  if (container === undefined) return [object];
  return [
    object,
    { name: container, fullyQualifiedName: `${fullName}/containers/${container}`, kind: 'object' },
  ];
}
