/** How long the commands of Windows wait. Each splits its text once, so the time is linear. */
import { programName } from './command-line.ts';

/** `timeout /t 30`: the timeout of Windows waits, the one of Unix runs a command. */
export function isTimeoutOfWindows([program = '', ...args]: readonly string[]): boolean {
  return programName(program).toLowerCase() === 'timeout' && args.some((arg) => arg.toLowerCase() === '/t');
}

/** `timeout /t 30`, `timeout 30 /nobreak`, and `ping -n 31 HOST`, which waits a second between two packets. */
export function waitOfWindows([program = '', ...args]: readonly string[]): number {
  const name = programName(program).toLowerCase();
  if (name === 'timeout') return readNumber(args.find((arg) => !/^\/[a-z]/i.test(arg)));
  if (name !== 'ping' || !args.includes('-n')) return 0;
  return Math.max(0, readNumber(args[args.indexOf('-n') + 1]) - 1);
}

/** The commands of `cmd /c "A & B"`, each as its words. */
export function cmdStatements(args: readonly string[]): string[][] {
  const start = args.findIndex((arg) => /^\/[ck]$/i.test(arg));
  if (start === -1) return [];
  return statements(args.slice(start + 1), /[&|()\r\n]/);
}

/** The `Start-Sleep` commands of `powershell -Command ...`. */
export function powerShellSeconds(args: readonly string[]): number {
  const option = args.findIndex((arg) => /^-c/i.test(arg) && '-command'.startsWith(arg.toLowerCase()));
  // Without the option Windows PowerShell takes the rest as the command all the same.
  const start = option === -1 ? args.findIndex((arg) => !arg.startsWith('-')) : option + 1;
  let seconds = 0;
  for (const [name = '', ...words] of statements(args.slice(start), /[;|&{}\r\n]/)) {
    if (/^(?:start-)?sleep$/i.test(name)) seconds += startSleepSeconds(words);
  }
  return seconds;
}

/** Parameters may be shortened to what is still unique: `-Seconds 30`, `-s 30`, `-Milliseconds:500`, or none. */
function startSleepSeconds(words: readonly string[]): number {
  const [first = '', second] = words;
  if (!first.startsWith('-')) return readNumber(first);
  const colon = first.indexOf(':');
  const name = first.slice(1, colon === -1 ? undefined : colon).toLowerCase();
  const amount = readNumber(colon === -1 ? second : first.slice(colon + 1));
  if ('seconds'.startsWith(name)) return amount;
  return 'milliseconds'.startsWith(name) || name === 'ms' ? amount / 1000 : 0;
}

/** Windows runs no longer command line (lpCommandLine of CreateProcessW). */
const maxCommandLine = 32_767;

function statements(words: readonly string[], separator: RegExp): string[][] {
  const text = words.join(' ');
  if (text.length > maxCommandLine) return [];
  return text
    .replaceAll(/["']/g, '')
    .split(separator)
    .map((statement) => statement.split(/\s+/).filter((word) => word !== ''))
    .filter((statement) => statement.length > 0);
}

function readNumber(word: string | undefined): number {
  return word !== undefined && /^\d{1,9}(?:\.\d{1,9})?$/.test(word) ? Number(word) : 0;
}
