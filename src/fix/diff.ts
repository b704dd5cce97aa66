import { createTwoFilesPatch, diffLines, FILE_HEADERS_ONLY } from 'diff';

/** A unified diff, as `patch -p1` and `git apply` take it. Empty where nothing differs. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const name = file === '-' ? 'stdin' : file.replace(/^(?:\.?\/)+/, '');
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

export interface DiffLine {
  readonly change: 'added' | 'removed' | undefined;
  /** Without the line break. */
  readonly text: string;
}

/** All lines of both texts, those that are in both once. Takes the square of the number of lines that differ. */
export function lineDiff(before: string, after: string): DiffLine[] {
  return diffLines(before, after).flatMap(({ added, removed, value }) => {
    const change = added ? 'added' : removed ? 'removed' : undefined;
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ change, text }));
  });
}
