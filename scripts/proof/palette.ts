/** Colours of the picture. Each meaning has a colour for light and one for dark surroundings. */

/** Fill of what has this class, `[light, dark]`. */
const FILLS = {
  ground: ['#ffffff', '#0d1117'],
  answered: ['#a9bfd8', '#4a6584'],
  failed: ['#cf222e', '#ff5a51'],
  unready: ['#e1e5ea', '#2b323b'],
  ready: ['#a6d8b0', '#2c6b3d'],
  sleeping: ['#f0d48a', '#7d6420'],
  stopping: ['#8a939e', '#6b7580'],
  listed: ['#0a5fc4', '#6cb1ff'],
  routed: ['#7a3fd0', '#c6a0ff'],
  text: ['#1f2328', '#e6edf3'],
  muted: ['#59636e', '#9aa4af'],
  alarm: ['#b3121f', '#ff8a83'],
  good: ['#1a7031', '#56d364'],
} as const;

/** Stroke of what has this class. */
const STROKES = {
  axis: ['#8a939e', '#6b7580'],
  grid: ['#e6e9ed', '#222a33'],
  frame: ['#d0d7de', '#30363d'],
} as const;

export type Fill = keyof typeof FILLS;

/** The style of the picture, with its colours by what the reader's system prefers. */
export function styleOfPicture(): string {
  return [
    "text { font-family: system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; font-size: 12px }",
    '.heading { font-size: 16px; font-weight: 600 }',
    '.strong { font-weight: 600 }',
    '.small { font-size: 11px }',
    '.column { opacity: 0.16 }',
    ...rules(0),
    `@media (prefers-color-scheme: dark) {\n${rules(1).join('\n')}\n}`,
  ].join('\n');
}

function rules(scheme: 0 | 1): string[] {
  return [
    ...Object.entries(FILLS).map(([name, colours]) => `.${name} { fill: ${colours[scheme]} }`),
    ...Object.entries(STROKES).map(
      ([name, colours]) => `.${name} { stroke: ${colours[scheme]}; stroke-width: 1; fill: none }`,
    ),
  ];
}
