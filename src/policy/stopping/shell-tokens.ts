/**
 * The tokens of a POSIX shell script, as far as reading commands needs them (POSIX.1-2024, Shell Command Language, 2.3).
 * One pass, linear in the length of the script, and it never throws: whatever is left open ends with the script.
 */

export type Operator = '&&' | '||' | '|' | ';' | ';;' | '&' | '(' | ')' | '\n';

export type Token =
  /** Without its quotes. Expansions are kept as written, but for `${NAME:-default}`, which is its default. */
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'operator'; readonly text: Operator }
  /** With its target, which nobody asks for. */
  | { readonly kind: 'redirection' };

export function splitScript(script: string): Token[] {
  return new Tokenizer(script).run();
}

/** Shared: a hostile script may be nothing but operators. */
const redirection: Token = { kind: 'redirection' };
const operators: Readonly<Record<Operator, Token>> = {
  '&&': { kind: 'operator', text: '&&' },
  '||': { kind: 'operator', text: '||' },
  '|': { kind: 'operator', text: '|' },
  ';': { kind: 'operator', text: ';' },
  ';;': { kind: 'operator', text: ';;' },
  '&': { kind: 'operator', text: '&' },
  '(': { kind: 'operator', text: '(' },
  ')': { kind: 'operator', text: ')' },
  '\n': { kind: 'operator', text: '\n' },
};

/** Spellings of bash that mean here what a plain operator does. */
const operatorAliases = new Map<string, Operator>([
  ['|&', '|'],
  [';&', ';;'],
  [';;&', ';;'],
]);

const operatorExpression = /&&|\|\||\|&|;;&|;;|;&|[;&|()\n]/y;
const redirectionExpression = /&>>?|<<<|<<-?|<[&>]?|>[>&|]?/y;
const defaultExpression = /\$\{\w+:?[-=]/y;
/** What no rule is about, so that most of a script is copied in whole pieces. */
const plainExpression = /[^\\'"$`\s#;&|()<>}]+/y;

class Tokenizer {
  readonly #script: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** The word that is being read. */
  #word: string | undefined;
  #quoted = false;
  #inDoubleQuotes = false;
  /** How many `${NAME:-` wait for their brace. */
  #openDefaults = 0;
  /** The redirection whose target comes next. */
  #pending: string | undefined;
  /** Here-documents that begin at the next line, by their last line. */
  #hereDocuments: { readonly end: string; readonly indented: boolean }[] = [];

  constructor(script: string) {
    this.#script = script;
  }

  run(): Token[] {
    while (this.#at < this.#script.length) {
      if (this.#inDoubleQuotes) this.#readQuoted();
      else this.#read();
    }
    this.#endWord();
    return this.#tokens;
  }

  #read(): void {
    const char = this.#script.charAt(this.#at);
    if (char === '\\') this.#escape();
    else if (char === "'") this.#singleQuotes();
    else if (char === '"') this.#toggleDoubleQuotes();
    else if (char === '$' || char === '`') this.#expansion(char);
    else if (char === '}' && this.#openDefaults > 0) this.#closeDefault();
    else if (char === '#' && this.#word === undefined) this.#at = this.#endOfLine();
    else if ('<>&'.includes(char) && this.#redirection()) return;
    else if (';&|()\n'.includes(char)) this.#operator();
    else this.#plain(char);
  }

  #readQuoted(): void {
    const char = this.#script.charAt(this.#at);
    if (char === '\\' && /[$`"\\\n]/.test(this.#script.charAt(this.#at + 1))) this.#escape();
    else if (char === '"') this.#toggleDoubleQuotes();
    else if (char === '$' || char === '`') this.#expansion(char);
    else if (char === '}' && this.#openDefaults > 0) this.#closeDefault();
    else this.#take(this.#match(plainExpression)?.length ?? 1);
  }

  /** Moves on by so many characters, which belong to the word. */
  #take(length: number): void {
    this.#word = (this.#word ?? '') + this.#script.slice(this.#at, this.#at + length);
    this.#at += length;
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    return expression.exec(this.#script)?.[0];
  }

  #endOfLine(): number {
    const end = this.#script.indexOf('\n', this.#at);
    return end === -1 ? this.#script.length : end;
  }

  #plain(char: string): void {
    if (/\s/.test(char)) {
      this.#endWord();
      this.#at += 1;
    } else {
      this.#take(this.#match(plainExpression)?.length ?? 1);
    }
  }

  /** A backslash and a line break are nothing at all. */
  #escape(): void {
    this.#at += 1;
    if (this.#script.charAt(this.#at) === '\n') {
      this.#at += 1;
      return;
    }
    this.#quoted = true;
    this.#take(1);
  }

  #singleQuotes(): void {
    this.#at += 1;
    const end = this.#script.indexOf("'", this.#at);
    this.#quoted = true;
    this.#take((end === -1 ? this.#script.length : end) - this.#at);
    this.#at += 1;
  }

  #toggleDoubleQuotes(): void {
    this.#inDoubleQuotes = !this.#inDoubleQuotes;
    this.#quoted = true;
    this.#take(0);
    this.#at += 1;
  }

  #closeDefault(): void {
    this.#openDefaults -= 1;
    this.#at += 1;
  }

  #expansion(char: string): void {
    const next = this.#script.charAt(this.#at + 1);
    if (char === '$' && next === '{') {
      const opening = this.#match(defaultExpression);
      if (opening === undefined) return this.#takeThrough('}');
      this.#openDefaults += 1;
      this.#take(0);
      this.#at += opening.length;
    } else if (char === '$' && next === '(') {
      this.#take(endOfSubstitution(this.#script, this.#at + 2) - this.#at);
    } else if (char === '`') {
      this.#takeThrough('`');
    } else {
      this.#take(1);
    }
  }

  #takeThrough(closing: string): void {
    const end = this.#script.indexOf(closing, this.#at + 1);
    this.#take((end === -1 ? this.#script.length : end + 1) - this.#at);
  }

  /** True when there was one. Process substitution (`<(command)`) is a word. */
  #redirection(): boolean {
    const text = this.#match(redirectionExpression);
    if (text === undefined) return false;
    if (/^[<>]$/.test(text) && this.#script.charAt(this.#at + 1) === '(') {
      this.#take(endOfSubstitution(this.#script, this.#at + 2) - this.#at);
      return true;
    }
    // In `2>` the 2 is a file descriptor and no argument.
    if (this.#word !== undefined && !this.#quoted && /^\d{1,3}$/.test(this.#word)) this.#word = undefined;
    this.#endWord();
    this.#tokens.push(redirection);
    this.#pending = text;
    this.#at += text.length;
    return true;
  }

  /** An array (`words=(a b)`) is part of a word. */
  #operator(): void {
    const text = this.#match(operatorExpression) ?? ';';
    if (text === '(' && this.#word !== undefined && this.#script.charAt(this.#at - 1) === '=') {
      return this.#take(endOfSubstitution(this.#script, this.#at + 1) - this.#at);
    }
    this.#endWord();
    this.#pending = undefined;
    this.#tokens.push(operators[operatorAliases.get(text) ?? (text as Operator)]);
    this.#at += text.length;
    if (text === '\n') this.#skipHereDocuments();
  }

  #endWord(): void {
    const text = this.#word;
    if (text === undefined) return;
    if (this.#pending === undefined) {
      this.#tokens.push({ kind: 'word', text, quoted: this.#quoted });
    } else if (this.#pending === '<<' || this.#pending === '<<-') {
      this.#hereDocuments.push({ end: text, indented: this.#pending === '<<-' });
    }
    this.#pending = undefined;
    this.#word = undefined;
    this.#quoted = false;
  }

  #skipHereDocuments(): void {
    for (const { end, indented } of this.#hereDocuments) {
      let line: string | undefined;
      while (this.#at < this.#script.length && line !== end) {
        const endOfLine = this.#endOfLine();
        line = this.#script.slice(this.#at, endOfLine);
        if (indented) line = line.replace(/^\t+/, '');
        this.#at = endOfLine + 1;
      }
    }
    this.#hereDocuments = [];
  }
}

/** Where `$(...)` ends that opened just before: after the parenthesis that matches, with those in quotes left out. */
function endOfSubstitution(script: string, from: number): number {
  const open = [')'];
  let at = from;
  while (at < script.length && open.length > 0) {
    const char = script.charAt(at);
    const inQuotes = open.at(-1) === '"';
    if (char === '\\') at += 1;
    else if (char === open.at(-1)) open.pop();
    else if (char === '(' && (!inQuotes || script.charAt(at - 1) === '$')) open.push(')');
    else if (char === '"') open.push('"');
    else if (char === "'" && !inQuotes) at = script.indexOf("'", at + 1);
    if (at === -1) return script.length;
    at += 1;
  }
  return Math.min(at, script.length);
}
