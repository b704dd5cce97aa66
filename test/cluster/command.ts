/** Runs a short-lived command to its end and gives back what it said. */
import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After this long the command is killed and the promise rejects. */
  readonly timeoutMs: number;
  /** Called with each whole line of standard error as it comes: for progress. */
  readonly onErrorLine?: (line: string) => void;
}

/** Rejects when the command cannot be started, is ended by a signal or takes too long; an exit code is a value. */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let partialLine = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    const lines = (partialLine + chunk).split('\n');
    partialLine = lines.pop() ?? '';
    lines.forEach((line) => options.onErrorLine?.(line));
  });
  // A command that ends without reading its input breaks the pipe; its exit code tells more than EPIPE would.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');

  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, options.timeoutMs);
  child.once('error', reject);
  child.once('close', (code, signal) => {
    if (code !== null) {
      resolve({ code, stdout, stderr });
      return;
    }
    const ended = timedOut ? `took longer than ${options.timeoutMs} ms` : `was ended by ${String(signal)}`;
    reject(new Error(`${[command, ...args].join(' ')} ${ended}\n${lastLines(stderr, 20)}`));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Like {@link run}, for a command of which only success is useful: a non-zero exit rejects with what it printed. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    const said = lastLines(`${result.stdout}\n${result.stderr}`, 12);
    throw new Error(`${command} ${args.slice(0, 2).join(' ')} exited with ${result.code}: ${said}`);
  }
  return result.stdout;
}

/** The end of a text, where a program says why it failed. */
export function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
