import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** A unified diff, as `patch -p1` and `git apply` take it. Empty where nothing differs. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const name = file === '-' ? 'stdin' : file.replace(/^(?:\.?\/)+/, '');
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
