/** Colours by what they mean, `[light, dark]`. Text has a contrast of at least 4.5 on what it stands on. */
const colours = {
  ground: ['#ffffff', '#0d1117'],
  raised: ['#f6f8fa', '#161b22'],
  line: ['#d0d7de', '#30363d'],
  text: ['#1f2328', '#e6edf3'],
  muted: ['#59636e', '#9aa4af'],
  link: ['#0a5fc4', '#6cb1ff'],
  deny: ['#b3121f', '#ff8a83'],
  warn: ['#7d4e00', '#e3b341'],
  good: ['#1a7031', '#56d364'],
  // Of the pictures.
  grid: ['#e6e9ed', '#222a33'],
  arriving: ['#6ea3dc', '#3f6fa6'],
  waiting: ['#f0d48a', '#7d6420'],
  unknown: ['#e9e2cc', '#4a4326'],
  working: ['#c3cad2', '#4d5763'],
  starting: ['#e1e5ea', '#2b323b'],
  ready: ['#a6d8b0', '#2c6b3d'],
  kept: ['#c9b3ea', '#5d4691'],
  lost: ['#cf222e', '#e5534b'],
  'on-lost': ['#ffffff', '#0d0000'],
} as const;

/** Paper is light, whatever the screen is. */
export function paletteStyle(): string {
  return [`:root{color-scheme:light dark;${variables(0)}}`, dark()].join('\n');
}

function dark(): string {
  return `@media screen and (prefers-color-scheme:dark){:root{${variables(1)}}}\n@media print{:root{color-scheme:only light}}`;
}

function variables(scheme: 0 | 1): string {
  return Object.entries(colours)
    .map(([name, pair]) => `--${name}:${pair[scheme]}`)
    .join(';');
}
