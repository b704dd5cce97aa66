import { errorCatalogue } from '../src/server/errors.ts';

/** docs/errors.md, made of the catalogue. */
export function errorReference(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`,
  );
  return [
    '# Errors',
    '',
    'A call that is not a review is answered with one of these, as `{"error":{"code":"...","message":"..."}}`. A review is',
    'always answered with HTTP 200 and its uid; whether the request is allowed stands inside.',
    '',
    '| code | HTTP status | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
