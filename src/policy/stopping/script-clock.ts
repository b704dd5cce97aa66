/** What a shell does with its time, command by command. */
import { earlier, either, endOf, later, outcomeOf, unknownAt, type Clock, type Outcome } from './clock.ts';
import { programName, unwrap } from './command-line.ts';
import { parseScript, type AndOr, type Command, type Pipeline, type Script } from './shell-script.ts';

/** What `break` and `continue` leave: so many loops. */
interface Jump {
  readonly clock: Clock;
  readonly loops: number;
  readonly continues: boolean;
}

interface Call {
  /** After its end or `return`. */
  readonly outcome: Outcome;
  /** Where it ends the shell. */
  readonly exit: Outcome;
}

/** How long a command that is no construct of the shell sleeps, in seconds. */
type CommandSeconds = (words: readonly string[]) => number;

/** The seconds that a script is known to sleep. */
export function scriptSeconds(script: string, commandSeconds: CommandSeconds): number {
  const shell = new ScriptClock(commandSeconds, new Map());
  return endOf(shell.runAsShell(parseScript(script), { now: 0, jobs: 0 }))?.now ?? 0;
}

/** One shell, or one call of a function. */
class ScriptClock {
  readonly #commandSeconds: CommandSeconds;
  /** What a call of each function takes. */
  readonly #functions: Map<string, Call>;
  #exit: Outcome = {};
  #returned: Outcome = {};
  /** How many ways there were out of all loops: `exit`, `return`, `exec`. */
  #ends = 0;
  #jumps: Jump[] = [];

  constructor(commandSeconds: CommandSeconds, functions: Map<string, Call>) {
    this.#commandSeconds = commandSeconds;
    this.#functions = functions;
  }

  runAsShell(script: Script, clock: Clock): Outcome {
    const { outcome, exit } = this.#runAsFunction(script, clock);
    return either(outcome, exit);
  }

  #runAsFunction(script: Script, clock: Clock): Call {
    let outcome = either(this.#runAll(script, clock), this.#returned);
    // What leaves no loop here leaves nothing.
    for (const jump of this.#jumps) outcome = either(outcome, unknownAt(jump.clock));
    return { outcome, exit: this.#exit };
  }

  /** In a shell of its own, which has no jobs yet, and whose jobs are not the caller's. */
  #runSubshell(script: Script, { now, jobs }: Clock): Outcome {
    const shell = new ScriptClock(this.#commandSeconds, this.#functions);
    const { ok, fail } = shell.runAsShell(script, { now, jobs: 0 });
    return { ok: ok && { now: ok.now, jobs }, fail: fail && { now: fail.now, jobs } };
  }

  #runAll(script: Script, start: Clock): Outcome {
    let outcome: Outcome = { ok: start };
    for (const item of script) {
      const clock = endOf(outcome);
      if (clock === undefined) break;
      outcome = this.#run(item, clock);
    }
    return outcome;
  }

  #run(item: AndOr, clock: Clock): Outcome {
    if (!item.background) return this.#runAndOr(item, clock);
    const job = endOf(this.#runSubshell([{ ...item, background: false }], clock));
    return { ok: { now: clock.now, jobs: Math.max(clock.jobs, job?.now ?? 0) } };
  }

  /**
   * In `A && X || Y` either X counts or Y: when a part may fail or not, it is taken to fail at once, so that the time of X
   * is not added to that of Y where nothing is known but that X may fail.
   */
  #runAndOr({ pipelines, operators }: AndOr, start: Clock): Outcome {
    let state: Outcome = { ok: start };
    for (const [index, pipeline] of pipelines.entries()) {
      const isLast = index === pipelines.length - 1;
      const operator = index === 0 ? '&&' : operators[index - 1];
      const clock = operator === '&&' ? state.ok : state.fail;
      if (clock === undefined) continue;
      let { ok, fail } = this.#runPipeline(pipeline, clock);
      if (!isLast && ok !== undefined && fail !== undefined) {
        ok = later(ok, fail);
        fail = clock;
      }
      if (operator === '||') state = { ok: later(state.ok, ok), fail };
      else
        state = {
          ok,
          fail: isLast || ok === undefined ? later(state.fail, fail) : earlier(state.fail, fail),
        };
    }
    return state;
  }

  #runPipeline({ commands, negated }: Pipeline, clock: Clock): Outcome {
    const { ok, fail } = this.#runCommands(commands, clock);
    return negated ? { ok: fail, fail: ok } : { ok, fail };
  }

  #runCommands(commands: readonly Command[], clock: Clock): Outcome {
    const [only] = commands;
    if (only === undefined) return { ok: clock };
    if (commands.length === 1) return this.#runCommand(only, clock);
    let end = clock;
    for (const command of commands) {
      const pipeline = { commands: [command], prefixed: false, negated: false };
      const part = this.#runSubshell([{ pipelines: [pipeline], operators: [], background: false }], clock);
      end = later(end, endOf(part)) ?? end;
    }
    return unknownAt(end);
  }

  #runCommand(command: Command, clock: Clock): Outcome {
    switch (command.kind) {
      case 'simple':
        return this.#runSimple(command.words, clock);
      case 'group':
        return command.subshell ? this.#runSubshell(command.body, clock) : this.#runAll(command.body, clock);
      case 'branches':
        return isLoop(command) ? this.#runLoop(command, clock) : this.#runBranches(command, clock);
      case 'function': {
        const body = new ScriptClock(this.#commandSeconds, this.#functions);
        this.#functions.set(command.name, body.#runAsFunction(command.body, { now: 0, jobs: 0 }));
        return { ok: clock };
      }
    }
  }

  #runSimple(words: readonly string[], clock: Clock): Outcome {
    const [name = '', argument] = words;
    const call = this.#functions.get(name);
    if (call !== undefined) return this.#call(call, clock);
    switch (name) {
      case 'wait':
        return unknownAt({ ...clock, now: Math.max(clock.now, clock.jobs) });
      case 'exit':
        return this.#endShell(outcomeOf(argument, clock));
      case 'return':
        this.#ends += 1;
        this.#returned = either(this.#returned, outcomeOf(argument, clock));
        return {};
      case 'break':
      case 'continue': {
        const loops = Math.max(1, Number(/^\d{1,4}$/.exec(argument ?? '')?.[0] ?? 1));
        this.#jumps.push({ clock, loops, continues: name === 'continue' });
        return {};
      }
      case 'true':
      case ':':
        return { ok: clock };
      case 'false':
        return { fail: clock };
      default: {
        const seconds = this.#commandSeconds(words);
        const after = { ...clock, now: clock.now + seconds };
        // An `exec` of redirections alone runs nothing.
        if (name === 'exec' && unwrap(words)?.command.length !== 0) return this.#endShell(unknownAt(after));
        return seconds > 0 && programName(name) === 'sleep' ? { ok: after } : unknownAt(after);
      }
    }
  }

  #endShell(outcome: Outcome): Outcome {
    this.#ends += 1;
    this.#exit = either(this.#exit, outcome);
    return {};
  }

  /** Its jobs are not waited for, because it cannot be told when they begin. */
  #call({ outcome, exit }: Call, { now, jobs }: Clock): Outcome {
    const shift = (clock: Clock | undefined): Clock | undefined => clock && { now: now + clock.now, jobs };
    if (endOf(exit) !== undefined) this.#endShell({ ok: shift(exit.ok), fail: shift(exit.fail) });
    return { ok: shift(outcome.ok), fail: shift(outcome.fail) };
  }

  #runBranches({ conditions, bodies, exhaustive }: Branches, start: Clock): Outcome {
    let outcome: Outcome = {};
    let open: Clock | undefined = start;
    for (const [index, body] of bodies.entries()) {
      // `else` and the bodies of `case` have no condition.
      const condition = conditions[index];
      let clock = open;
      if (condition !== undefined && open !== undefined)
        ({ ok: clock, fail: open } = this.#runAll(condition, open));
      if (clock !== undefined) outcome = either(outcome, this.#runAll(body, clock));
    }
    return exhaustive ? outcome : either(outcome, { ok: open });
  }

  /** A body that can leave the loop counts once, because nobody knows when it does. */
  #runLoop({ construct, conditions, bodies, times }: Branches, start: Clock): Outcome {
    if (times === 0) return { ok: start };
    const outside = this.#jumps;
    const ends = this.#ends;
    this.#jumps = [];
    const [condition = []] = conditions;
    const asked = this.#runAll(condition, start);
    const [enter, skip] = construct === 'until' ? [asked.fail, asked.ok] : [asked.ok, asked.fail];
    const [body = []] = bodies;
    let end = enter && endOf(this.#runAll(body, enter));
    let left: Clock | undefined;
    let leaves = this.#ends > ends;
    for (const { clock, loops, continues } of this.#jumps) {
      if (continues && loops === 1) {
        end = later(end, clock);
        continue;
      }
      leaves = true;
      if (loops === 1) left = later(left, clock);
      else outside.push({ clock, loops: loops - 1, continues });
    }
    this.#jumps = outside;
    if (end !== undefined && !leaves && Number.isFinite(end.now))
      end = { ...end, now: start.now + (end.now - start.now) * times };
    return unknownAt(later(later(end, left), skip));
  }
}

type Branches = Extract<Command, { kind: 'branches' }>;

function isLoop({ construct }: Branches): boolean {
  return construct !== 'if' && construct !== 'case';
}
