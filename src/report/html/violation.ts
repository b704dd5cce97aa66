import { element, Markup } from '../markup.ts';
import type { Place, ReportedViolation } from '../report.ts';

/**
 * What is wrong, what to do, and where.
 * @param shown the place, where there is one
 */
export function violationItem(
  violation: ReportedViolation,
  exemptReason?: string,
  shown: (place: Place) => Markup = inFile,
): Markup {
  const { check, action, container, path, message, place } = violation;
  const isExempt = exemptReason !== undefined;
  return element(
    'li',
    {},
    badge(isExempt ? 'exempt' : action, isExempt ? 'exempt' : action),
    element(
      'div',
      {},
      element(
        'p',
        {},
        ...(container === undefined ? [] : [element('strong', {}, container), ': ']),
        message,
        ...(isExempt ? [` (exempt: ${exemptReason})`] : []),
      ),
      element(
        'p',
        { class: 'where' },
        element('a', { href: `#check-${check}` }, check),
        ' at ',
        element('code', {}, path),
        ...(place === undefined ? [] : [' ', shown(place)]),
      ),
    ),
  );
}

const inFile = (place: Place): Markup => new Markup(`in ${placeOf(place).text}`);

/** `shop.yaml:12:9`, and the template that it was rendered from. */
export function placeOf({ file, line, column, source }: Place): Markup {
  const name = `${file === '-' ? 'standard input' : file}:${line}:${column}`;
  const from = source === undefined ? '' : ` from ${source}`;
  return element('code', {}, `${name}${from}`);
}

export function badge(className: 'deny' | 'warn' | 'exempt', text: string): Markup {
  return element('span', { class: `badge ${className}` }, text);
}
