import { serverDryRun } from '../audit/server-dry-run.ts';
import { checks } from '../policy/checks/registry.ts';
import { UserError } from './errors.ts';

/** `gracegate explain --list`. */
export function listChecks(): string {
  const width = Math.max(...checks.map(({ id }) => id.length));
  return checks.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join('');
}

/** `gracegate explain CHECK`. */
export function explainCheck(id: string): string {
  if (id === serverDryRun.id) return explainServerDryRun();
  const check = checks.find((one) => one.id === id);
  if (check === undefined) {
    throw new UserError(`there is no check ${id}; known are ${checks.map((one) => one.id).join(', ')}`);
  }
  const parameters = Object.entries(check.parameters).map(
    ([name, { description, default: value }]) =>
      `  ${name}${value === undefined ? '' : ` (${value})`}: ${description}\n`,
  );
  return [
    `${check.id}: ${check.title}\n\n`,
    `Why: ${check.rationale}\n\n`,
    `On the cluster: ${check.symptom}\n\n`,
    `Fix: ${check.remediation}\n\n`,
    parameters.length === 0 ? '' : `Parameters:\n${parameters.join('')}\n`,
    `Bad:\n\n${quoted(check.examples.bad)}\n`,
    `Good:\n\n${quoted(check.examples.good)}\n`,
    `Source: ${check.source}\n`,
  ].join('');
}

/** It has no parameters and no examples: what it objects to is up to the cluster. */
function explainServerDryRun(): string {
  const { id, title, rationale, symptom, remediation } = serverDryRun;
  return [
    `${id}: ${title}\n\n`,
    `Why: ${rationale}\n\n`,
    `On the cluster: ${symptom}\n\n`,
    `Fix: ${remediation}\n\n`,
    'Source: gracegate audit --server-dry-run\n',
  ].join('');
}

function quoted(manifest: string): string {
  return manifest.replaceAll(/^(?=.)/gm, '  ');
}
