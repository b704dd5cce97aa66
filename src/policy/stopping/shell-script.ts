/**
 * The commands of a POSIX shell script (POSIX.1-2024, Shell Command Language, 2.9 and 2.10), with the words that bash adds
 * to the grammar. It never throws: what it does not understand it passes over.
 */
import { splitScript, type Operator, type Token } from './shell-tokens.ts';

export type Script = readonly AndOr[];

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  readonly pipelines: readonly Pipeline[];
  /** One less than there are pipelines: what stands before the second, the third and so on. */
  readonly operators: readonly ('&&' | '||')[];
  readonly background: boolean;
}

export interface Pipeline {
  readonly commands: readonly Command[];
  /** Begins with `!` or `time`. */
  readonly prefixed: boolean;
  /** By an odd number of `!`. */
  readonly negated: boolean;
}

export interface SimpleCommand {
  readonly kind: 'simple';
  /** Without assignments before it and without redirections. */
  readonly words: readonly string[];
  readonly redirected: boolean;
}

export type Command =
  | SimpleCommand
  | { readonly kind: 'group'; readonly subshell: boolean; readonly body: Script }
  /** if, case and loops: conditions are asked, one of the bodies runs, so many times. */
  | {
      readonly kind: 'branches';
      readonly construct: 'if' | 'case' | 'while' | 'until' | 'for';
      readonly conditions: readonly Script[];
      readonly bodies: readonly Script[];
      readonly times: number;
      /** One of the bodies runs in any case: there is an `else`, or a pattern `*`. */
      readonly exhaustive: boolean;
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Script };

/** Linux refuses to run a command with a longer argument (MAX_ARG_STRLEN in include/uapi/linux/binfmts.h). */
const maxScriptLength = 32 * 4096;

/** Deeper than anyone writes. What lies deeper, and whatever follows it, is not read. */
const maxDepth = 64;

export function parseScript(script: string): Script {
  return script.length < maxScriptLength ? new Parser(splitScript(script)).list() : [];
}

/** Words that end a list of commands. */
const closing = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

const assignment = /^[A-Za-z_]\w*\+?=/;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Commands up to a word or an operator that closes a compound command; at the top there is none to close. */
  list(): AndOr[] {
    const items: AndOr[] = [];
    while (this.#at < this.#tokens.length) {
      this.#skipSeparators();
      if (this.#depth > 0 && this.#isClosing()) break;
      const start = this.#at;
      const item = this.#andOr();
      if (this.#at === start) this.#at += 1;
      else if (item.pipelines.some(({ commands }) => commands.length > 0)) items.push(item);
    }
    return items;
  }

  #andOr(): AndOr {
    const pipelines = [this.#pipeline()];
    const operators: ('&&' | '||')[] = [];
    for (let joined = this.#joining(); joined !== undefined; joined = this.#joining()) {
      operators.push(joined);
      pipelines.push(this.#pipeline());
    }
    return { pipelines, operators, background: this.#takeOperator('&') };
  }

  #joining(): '&&' | '||' | undefined {
    if (this.#takeOperator('&&')) return '&&';
    return this.#takeOperator('||') ? '||' : undefined;
  }

  #pipeline(): Pipeline {
    this.#skipNewlines();
    let prefixed = false;
    let negated = false;
    for (;;) {
      if (this.#takeWord('!')) negated = !negated;
      else if (this.#takeWord('time')) this.#takeWord('-p');
      else break;
      prefixed = true;
    }
    const commands: Command[] = [];
    do {
      this.#skipNewlines();
      const command = this.#command();
      if (command !== undefined) commands.push(command);
    } while (this.#takeOperator('|'));
    return { commands, prefixed, negated };
  }

  #command(): Command | undefined {
    this.#depth += 1;
    if (this.#depth > maxDepth) this.#at = this.#tokens.length;
    const compound = this.#compound();
    if (compound !== undefined) this.#skipRedirections();
    const command = compound ?? this.#simple();
    this.#depth -= 1;
    return command;
  }

  #compound(): Command | undefined {
    if (this.#takeOperator('(')) return this.#group(true);
    if (this.#takeWord('{')) return this.#group(false);
    if (this.#takeWord('if')) return this.#if();
    if (this.#takeWord('while')) return this.#loop('while', [this.list()], 1);
    if (this.#takeWord('until')) return this.#loop('until', [this.list()], 1);
    if (this.#takeWord('for') || this.#takeWord('select')) return this.#loop('for', [], this.#loopWords());
    if (this.#takeWord('case')) return this.#case();
    if (this.#takeWord('function')) return this.#function(this.#nextWord() ?? '');
    return undefined;
  }

  #group(subshell: boolean): Command {
    const body = this.list();
    if (subshell) this.#takeOperator(')');
    else this.#takeWord('}');
    return { kind: 'group', subshell, body };
  }

  #if(): Command {
    const conditions: Script[] = [];
    const bodies: Script[] = [];
    do {
      conditions.push(this.list());
      this.#takeWord('then');
      bodies.push(this.list());
    } while (this.#takeWord('elif'));
    const exhaustive = this.#takeWord('else');
    if (exhaustive) bodies.push(this.list());
    this.#takeWord('fi');
    return { kind: 'branches', construct: 'if', conditions, bodies, times: 1, exhaustive };
  }

  #loop(construct: 'while' | 'until' | 'for', conditions: readonly Script[], times: number): Command {
    this.#takeWord('do');
    const bodies = [this.list()];
    this.#takeWord('done');
    return { kind: 'branches', construct, conditions, bodies, times, exhaustive: false };
  }

  /** The words between `for NAME in` and `do`: how often the loop runs. Once, where that depends on an expansion. */
  #loopWords(): number {
    this.#nextWord();
    let times = 1;
    if (this.#takeWord('in')) {
      const words: string[] = [];
      for (let word = this.#nextWord(); word !== undefined; word = this.#nextWord()) words.push(word);
      if (!words.some((word) => /[$`*?[{]/.test(word))) times = words.length;
    }
    while (this.#at < this.#tokens.length && !this.#isWord('do')) this.#at += 1;
    return times;
  }

  #case(): Command {
    const bodies: Script[] = [];
    let exhaustive = false;
    while (this.#at < this.#tokens.length && !this.#takeWord('in')) this.#at += 1;
    this.#skipSeparators();
    while (this.#at < this.#tokens.length && !this.#takeWord('esac')) {
      this.#takeOperator('(');
      while (this.#at < this.#tokens.length && !this.#takeOperator(')')) {
        exhaustive ||= this.#isWord('*');
        this.#at += 1;
      }
      bodies.push(this.list());
      this.#takeOperator(';;');
      this.#skipSeparators();
    }
    return { kind: 'branches', construct: 'case', conditions: [], bodies, times: 1, exhaustive };
  }

  #function(name: string): Command {
    if (this.#takeOperator('(')) this.#takeOperator(')');
    this.#skipNewlines();
    const body = this.#command();
    const commands = body === undefined ? [] : [body];
    const pipeline = { commands, prefixed: false, negated: false };
    return { kind: 'function', name, body: [{ pipelines: [pipeline], operators: [], background: false }] };
  }

  #simple(): Command | undefined {
    const words: string[] = [];
    const start = this.#at;
    let redirected = false;
    for (; ; this.#at += 1) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token.kind === 'operator') break;
      if (token.kind === 'redirection') redirected = true;
      // Where a command may begin, a closing word closes.
      else if (this.#at === start && this.#depth > 1 && this.#isClosing()) break;
      else if (words.length > 0 || !assignment.test(token.text)) words.push(token.text);
    }
    const [name] = words;
    if (words.length === 1 && name !== undefined && this.#isOperator('(')) return this.#function(name);
    return this.#at === start ? undefined : { kind: 'simple', words, redirected };
  }

  #isOperator(text: Operator): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'operator' && token.text === text;
  }

  #takeOperator(text: Operator): boolean {
    const found = this.#isOperator(text);
    if (found) this.#at += 1;
    return found;
  }

  /** A reserved word is one only without quotes. */
  #isWord(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'word' && !token.quoted && token.text === text;
  }

  #takeWord(text: string): boolean {
    const found = this.#isWord(text);
    if (found) this.#at += 1;
    return found;
  }

  #nextWord(): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') return undefined;
    this.#at += 1;
    return token.text;
  }

  #isClosing(): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind === 'operator') return token.text === ')' || token.text === ';;';
    return token?.kind === 'word' && !token.quoted && closing.has(token.text);
  }

  #skipRedirections(): void {
    while (this.#tokens[this.#at]?.kind === 'redirection') this.#at += 1;
  }

  #skipNewlines(): void {
    while (this.#takeOperator('\n'));
  }

  #skipSeparators(): void {
    while (this.#takeOperator('\n') || this.#takeOperator(';'));
  }
}
