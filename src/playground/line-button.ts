import { element, type Markup } from '../report/markup.ts';

/** Moves the cursor of the editor there. */
export function lineButton({ line, column }: { readonly line: number; readonly column: number }): Markup {
  return element(
    'button',
    { type: 'button', class: 'line', 'data-line': line, 'data-column': column },
    `line ${line}`,
  );
}
