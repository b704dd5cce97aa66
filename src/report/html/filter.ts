/** The form that the script filters by. Hidden until there is a script. */
import { element, voidElement, type Markup } from '../markup.ts';
import type { CheckTally, NamespaceTally } from './collected.ts';
import { namespaceTitle } from './overview.ts';

type Option = readonly [value: string, text: string];

export function filterForm(namespaces: readonly NamespaceTally[], checks: readonly CheckTally[]): Markup {
  const named = namespaces
    .filter(({ objects }) => objects.length > 0)
    // With a sign in front, so that the empty name is not the choice of all.
    .map(({ name }): Option => [`=${name}`, namespaceTitle(name)]);
  return element(
    'form',
    { id: 'filter', role: 'search', 'aria-label': 'Objects', hidden: true },
    field(
      'Search',
      voidElement('input', {
        id: 'filter-search',
        type: 'search',
        name: 'search',
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: 'name, problem, file',
      }),
    ),
    select('Action', 'action', [
      ['', 'all'],
      ['deny', 'deny'],
      ['warn', 'warn'],
    ]),
    select('Check', 'check', [['', 'all'], ...checks.map(({ id }): Option => [id, id])]),
    select('Namespace', 'namespace', [['', 'all'], ...named]),
    element(
      'div',
      { class: 'buttons' },
      element('button', { type: 'reset' }, 'Clear'),
      element('button', { type: 'button', id: 'open-all' }, 'Open all'),
      element('button', { type: 'button', id: 'close-all' }, 'Close all'),
    ),
    element('p', { id: 'shown', role: 'status' }),
  );
}

function select(text: string, name: string, options: readonly Option[]): Markup {
  return field(
    text,
    element(
      'select',
      { id: `filter-${name}`, name },
      ...options.map(([value, label]) => element('option', { value }, label)),
    ),
  );
}

function field(text: string, control: Markup): Markup {
  return element(
    'div',
    { class: 'field' },
    element('label', { for: `filter-${text.toLowerCase()}` }, text),
    control,
  );
}
