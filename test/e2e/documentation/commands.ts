/** Finds the commands in a page, and holds what a page shows of their output against what they print. */

export interface PageCommand {
  /** In one line, without its comment. */
  readonly line: string;
  /** What the page shows of its output; undefined where it shows none. */
  readonly shown: string | undefined;
}

const programs = [
  'apt-get',
  'docker',
  'git',
  'gracegate',
  'helm',
  'kubectl',
  'kustomize',
  'node',
  'npm',
  'npx',
  'source',
];
const isCommand = new RegExp(String.raw`^(?:${programs.join('|')})\s`);

/** A fenced block, or a code span that may go over the end of a line. */
const code = /^(?<fence>`{3,})(?<language>\w*)\n(?<block>[^]*?)^\k<fence>$|`(?<span>[^`]+)`/gm;

/** Of blocks of the languages `sh` and `console`, and in the text. In the order of the page. */
export function commandsIn(page: string): PageCommand[] {
  return [...page.matchAll(code)].flatMap(({ groups }) => {
    const { language, block, span } = groups ?? {};
    if (language === 'sh') return shellLines(block ?? '').map((line) => ({ line, shown: undefined }));
    if (language === 'console') return session(block ?? '');
    const line = span?.replaceAll(/\s+/g, ' ') ?? '';
    return isCommand.test(line) ? [{ line, shown: undefined }] : [];
  });
}

function shellLines(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s+)#\s.*$/, '').trim())
    .filter((line) => line !== '');
}

/** `$ ` begins a command, and what follows is its output. */
function session(block: string): PageCommand[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...output] = part.split('\n');
      const shown = output.join('\n').trim();
      return { line, shown: shown === '' ? undefined : shown };
    });
}

/** `...` stands for text that was left out; lines may be broken anywhere else than they are. */
export function patternOf(shown: string): RegExp {
  const parts = shown.split('...').map((part) => escaped(part.trim()).replaceAll(/\s+/g, String.raw`\s+`));
  return new RegExp(String.raw`^\s*${parts.join('[^]*')}\s*$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
