/** Numbers and names as they are written for people. */

/** `1.4 s`. @param time in milliseconds */
export function seconds(time: number): string {
  return `${(time / 1000).toFixed(1)} s`;
}

/** `42 ms`; `-` for NaN. @param time in milliseconds */
export function milliseconds(time: number): string {
  return Number.isNaN(time) ? '-' : `${Math.round(time)} ms`;
}

export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${thousands(value)} ${value === 1 ? singular : plural}`;
}

export function thousands(value: number): string {
  return value.toLocaleString('en-US');
}

/** What the codes of the load generator mean (`reasonOf` in test/node/load/until-told.ts). */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to the pod',
  ABORT_ERR: 'no answer in time',
};

/** `connection refused (ECONNREFUSED)`; a reason that needs no words stays as it is. */
export function reasonInWords(reason: string): string {
  const words = REASONS[reason];
  return words === undefined ? reason : `${words} (${reason})`;
}

/** What tells the pods of a Deployment apart: the last part of the name. */
export function shortName(pod: string): string {
  return pod.slice(pod.lastIndexOf('-') + 1);
}
