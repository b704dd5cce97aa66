/**
 * How the pictures look; the colours are those of the page. What is shown by reference inherits from where it is shown, and
 * no selector reaches into it from outside, so each names one element alone.
 */
import { element, type Markup } from '../markup.ts';

/** Id of the pattern on what may be lost. */
const hatch = 'hatch';

export const pictureStyle = `
.picture{display:block;width:100%;height:auto;fill:var(--text);font:11px system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,sans-serif}
text.strong{font-weight:600}
text.muted{fill:var(--muted)}
text.alarm{fill:var(--deny);font-weight:600}
text.on-risk,text.on-unknown{paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}
text.on-lost{fill:var(--on-lost);font-weight:600}
line.axis{stroke:var(--muted)}
line.grid{stroke:var(--grid)}
line.moment{stroke:var(--text);stroke-width:1.5}
line.moment.alarm{stroke:var(--deny);stroke-width:2}
rect.arriving{fill:var(--arriving)}
rect.waiting{fill:var(--waiting)}
rect.unknown{fill:var(--unknown)}
rect.working{fill:var(--working)}
rect.starting{fill:var(--starting)}
rect.ready{fill:var(--ready)}
rect.kept{fill:var(--kept)}
rect.lost{fill:var(--lost)}
rect.column{fill:var(--lost);opacity:.14}
rect.risk{fill:url(#${hatch});stroke:var(--lost)}
.hatch-ground{fill:var(--ground)}
.hatch-line{stroke:var(--lost);stroke-opacity:.35;stroke-width:2}
`;

/** To be put once into a page that shows pictures. */
export function hatchPattern(): Markup {
  return element(
    'pattern',
    { id: hatch, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { class: 'hatch-ground', width: 7, height: 7 }),
    element('line', { class: 'hatch-line', x1: 1, x2: 1, y1: 0, y2: 7 }),
  );
}
