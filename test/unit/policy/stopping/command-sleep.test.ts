import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { commandSleepSeconds } from '../../../../src/policy/stopping/command-sleep.ts';

const { POSITIVE_INFINITY: forever } = Number;

type Case = [command: readonly string[], seconds: number];

describe('a command by itself', () => {
  it.each<Case>([
    [['sleep', '30'], 30],
    [['/bin/sleep', '30'], 30],
    [['/usr/bin/sleep', '0.5'], 0.5],
    [['sleep', '.5'], 0.5],
    [['sleep', '5.'], 5],
    [['sleep', '30s'], 30],
    [['sleep', '2m'], 120],
    [['sleep', '0.5m'], 30],
    [['sleep', '1h'], 3600],
    [['sleep', '1d'], 86_400],
    [['sleep', '1m', '30s'], 90],
    [['sleep', '--', '30'], 30],
    [['sleep', 'infinity'], forever],
    [['sleep', 'inf'], forever],
    [['sleep', '30S'], 0],
    [['sleep', '30 '], 0],
    [['sleep', '-5'], 0],
    [['sleep', 'soon'], 0],
    [['sleep', '$(DRAIN)'], 0],
    [['sleep'], 0],
    [['nosleep', '30'], 0],
    [['sleep30'], 0],
    [['sleep 30'], 0],
    [['echo', 'sleep', '30'], 0],
    [['', 'sleep', '30'], 0],
    [[''], 0],
    [[], 0],
  ])('%j: %s s', (command, seconds) => {
    expect(commandSleepSeconds(command)).toBe(seconds);
  });
});

describe('a command behind another program', () => {
  it.each<Case>([
    [['env', 'sleep', '30'], 30],
    [['/usr/bin/env', 'A=1', 'B=2', 'sleep', '30'], 30],
    [['env', '-i', '-u', 'HOME', '--chdir', '/', 'sleep', '30'], 30],
    [['env', '--', 'A=1', 'sleep', '30'], 30],
    [['env', 'A=1'], 0],
    [['nohup', 'sleep', '30'], 30],
    [['nice', 'sleep', '30'], 30],
    [['nice', '-n', '5', 'sleep', '30'], 30],
    [['nice', '-10', 'sleep', '30'], 30],
    [['timeout', '20', 'sleep', '30'], 20],
    [['timeout', '20', 'sleep', '10'], 10],
    [['timeout', '1m', 'sleep', 'infinity'], 60],
    [['timeout', '0', 'sleep', '30'], 30],
    [['timeout', '$LIMIT', 'sleep', '30'], 30],
    [['timeout', '-k', '5', '-s', 'TERM', '20', 'sleep', '30'], 20],
    [['timeout', '--signal=KILL', '20', 'sleep', '30'], 20],
    [['timeout', '-t', '20', 'sleep', '30'], 20],
    [['timeout', '20', 'sh', '-c', 'sleep 15; sleep 15'], 20],
    [['timeout', '10', '/stop.sh'], 0],
    [['timeout'], 0],
    [['tini', '--', 'sleep', '30'], 30],
    [['/sbin/tini', '-g', '-e', '143', '--', 'sleep', '30'], 30],
    [['dumb-init', '--rewrite', '15:3', '--', 'sleep', '30'], 30],
    [['gosu', 'app', 'sleep', '30'], 30],
    [['exec', 'sleep', '30'], 30],
    [['busybox', 'sleep', '30'], 30],
    [['/bin/busybox', 'sleep', '30'], 30],
    [['busybox', 'sh', '-c', 'sleep 30'], 30],
    [['busybox', 'wget', 'http://localhost/stop'], 0],
    [['busybox'], 0],
    [['env', 'nice', 'nohup', 'timeout', '50', 'busybox', 'sleep', '30'], 30],
  ])('%j: %s s', (command, seconds) => {
    expect(commandSleepSeconds(command)).toBe(seconds);
  });
});

describe('a shell', () => {
  it.each<Case>([
    [['sh', '-c', 'sleep 30'], 30],
    [['/bin/sh', '-c', 'sleep 30'], 30],
    [['/bin/bash', '-c', 'sleep 30'], 30],
    [['/bin/ash', '-c', 'sleep 30'], 30],
    [['dash', '-c', 'sleep 30'], 30],
    [['zsh', '-c', 'sleep 30'], 30],
    [['ksh', '-c', 'sleep 30'], 30],
    [['sh', '-ec', 'sleep 30'], 30],
    [['sh', '-ce', 'sleep 30'], 30],
    [['sh', '-c', '-e', 'sleep 30'], 30],
    [['sh', '-e', '-x', '-c', 'sleep 30'], 30],
    [['bash', '-lc', 'sleep 30'], 30],
    [['bash', '--login', '-c', 'sleep 30'], 30],
    [['bash', '--rcfile', '/dev/null', '-c', 'sleep 30'], 30],
    [['bash', '-c', '--', 'sleep 30'], 30],
    [['sh', '-o', 'pipefail', '-c', 'sleep 30'], 30],
    [['bash', '-euo', 'pipefail', '-c', 'sleep 30'], 30],
    [['bash', '-ceuo', 'pipefail', 'sleep 30'], 30],
    [['sh', '+x', '-c', 'sleep 30'], 30],
    [['sh', '-c', 'sleep 30', 'sh'], 30],
    // Of which the second word is $0, so sleep gets no argument.
    [['sh', '-c', 'sleep', '30'], 0],
    [['sh', '/stop.sh', '30'], 0],
    [['sh', '-x', 'sleep', '30'], 0],
    [['sh', '-', 'sleep', '30'], 0],
    [['sh'], 0],
    [['sh', '-c'], 0],
    [['sh', '-c', ''], 0],
    [['fish', '-c', 'sleep 30'], 0],
    [['sh', '-c', `sh -c 'sleep 5'`], 5],
    [['sh', '-c', `sh -c "sh -c 'sleep 5'; sleep 1"; sleep 2`], 8],
    [['sh', '-c', String.raw`bash -c "sh -c \"sleep 5\""`], 5],
  ])('%j: %s s', (command, seconds) => {
    expect(commandSleepSeconds(command)).toBe(seconds);
  });
});

/** What `sh -c` sleeps. */
function scriptSeconds(script: string): number {
  return commandSleepSeconds(['sh', '-c', script]);
}

describe('interpreters', () => {
  it.each<Case>([
    [['python', '-c', 'import time; time.sleep(30)'], 30],
    [['/usr/bin/python3.12', '-u', '-c', 'from time import sleep\nsleep( 0.5 )\nsleep(1)'], 1.5],
    [['python3', '-uc', 'import time; time.sleep(30)'], 30],
    [['python3', '-c', 'time.sleep(seconds)'], 0],
    [['python3', '-c'], 0],
    [['python3', 'time.sleep(30)'], 0],
    [['python3', '/stop.py'], 0],
    [['python-config', '-c', 'sleep(30)'], 0],
    [['perl', '-e', 'sleep 30'], 30],
    [['perl', '-we', 'sleep(30); kill 15, 1'], 30],
    [['perl', '-e', 'usleep(30)'], 0],
    [['ruby', '-e', 'sleep 30'], 30],
    [['php', '-r', 'sleep(30);'], 30],
    [['sh', '-c', `python3 -c "import time; time.sleep(30)" && perl -e 'sleep 5'`], 35],
  ])('%j: %s s', (command, seconds) => {
    expect(commandSleepSeconds(command)).toBe(seconds);
  });
});

describe('Windows', () => {
  it.each<Case>([
    [['powershell', '-Command', 'Start-Sleep', '-Seconds', '30'], 30],
    [['powershell', '-Command', 'Start-Sleep -s 30'], 30],
    [['powershell.exe', '-NoProfile', '-c', 'Start-Sleep 30; Stop-Service web; start-sleep 5'], 35],
    [[String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, 'Start-Sleep 30'], 30],
    [['pwsh', '-Command', 'Start-Sleep -Milliseconds 500'], 0.5],
    [['pwsh', '-Command', 'Start-Sleep -m 500'], 0.5],
    [['pwsh', '-Command', '& { Start-Sleep -Seconds:30 }'], 30],
    [['pwsh', '-Command', 'sleep 30'], 30],
    [['pwsh', '-Command', 'Start-Sleep $env:DRAIN'], 0],
    [['pwsh', '-Command', 'Write-Output Start-Sleep 30'], 0],
    [['pwsh', '-Command', 'Start-Sleep -Duration 30'], 0],
    [['pwsh', '-Command', 'Start-Sleep'], 0],
    [['pwsh', '-File', 'stop.ps1'], 0],
    [['pwsh'], 0],
    [['Start-Sleep', '-s', '30'], 30],
    [['Start-Sleep', '30'], 30],
    [['cmd', '/c', 'timeout', '/t', '30', '/nobreak'], 30],
    [['cmd.exe', '/S', '/C', 'timeout /T 30 /NOBREAK > nul'], 30],
    [['cmd', '/c', '"timeout 30 /nobreak"'], 30],
    [['timeout', '/t', '30'], 30],
    [['timeout.exe', '/nobreak', '/t', '30'], 30],
    [['cmd', '/c', 'timeout /t -1'], 0],
    [['cmd', '/c', 'ping', '-n', '31', '127.0.0.1'], 30],
    [['cmd', '/c', 'ping 127.0.0.1 -n 31 >nul & nginx -s quit & timeout /t 5'], 35],
    [['cmd', '/c', 'ping -n 0 127.0.0.1'], 0],
    [['cmd', '/c', 'ping 127.0.0.1'], 0],
    [['cmd', '/c', 'powershell -Command Start-Sleep 30'], 30],
    [['cmd', '/c', 'stop.bat'], 0],
    [['cmd', 'timeout', '/t'], 0],
    [['cmd'], 0],
    // Where it only counts packets.
    [['ping', '-n', '31', '127.0.0.1'], 0],
  ])('%j: %s s', (command, seconds) => {
    expect(commandSleepSeconds(command)).toBe(seconds);
  });
});

describe('hostile commands', () => {
  /** What scripts are made of. */
  const pieces = [
    ...[
      'sleep',
      ' ',
      '5',
      '\n',
      ';',
      '&',
      '|',
      '(',
      ')',
      '{',
      '}',
      '"',
      "'",
      '`',
      '$',
      '\\',
      '<',
      '>',
      '#',
      '=',
    ],
    ...[
      'if ',
      'then ',
      'else ',
      'fi ',
      'for ',
      'in ',
      'do ',
      'done ',
      'case ',
      'esac ',
      ';;',
      'function ',
      'f() ',
    ],
    ...[
      'wait ',
      '! ',
      'time ',
      'exec ',
      'env ',
      'timeout 9 ',
      'sh -c ',
      '${A:-',
      '$((',
      '<<E',
      'E',
      'é',
      '\t',
    ],
  ];

  it('never throw, and never sleep for less than nothing', () => {
    const script = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(script, fc.array(script, { maxLength: 4 }), (text, words) => {
        expect(scriptSeconds(text)).toBeGreaterThanOrEqual(0);
        for (const program of ['env', 'sh', 'timeout', 'pwsh', 'cmd', 'python3', 'sleep'])
          expect(commandSleepSeconds([program, '-c', '/c', ...words])).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  /** In milliseconds. A reader that is quadratic takes minutes for what these tests ask. */
  const patience = 10_000;

  it.each(
    [...pieces, 'a=(', '${A:-${', '"$(', 'a() ', 'if if ', '1>', '\\\n', 'a "'].map((piece) => [piece]),
  )('a script full of %j takes linear time', (piece) => {
    // The longest script that is read at all.
    const script = piece.repeat(131_071).slice(0, 131_071);
    const start = performance.now();
    scriptSeconds(script);
    expect(performance.now() - start).toBeLessThan(patience);
  });

  it.each(['1', ' ', 'sleep(1', 'sleep ', '&', 'ping -n 2;', '"', '\\'])(
    'a megabyte of %j takes linear time',
    (piece) => {
      const text = piece.repeat(1_000_000).slice(0, 1_000_000);
      const start = performance.now();
      for (const program of ['sh', 'python3', 'pwsh', 'sleep']) commandSleepSeconds([program, '-c', text]);
      commandSleepSeconds(['cmd', '/c', text]);
      commandSleepSeconds([text]);
      expect(performance.now() - start).toBeLessThan(patience);
    },
  );

  it.each(['env', 'nohup', 'A=1', '-', 'timeout', '/t'])('a command of very many %s', (word) => {
    const words = Array.from({ length: 200_000 }, () => word);
    const start = performance.now();
    commandSleepSeconds(words);
    commandSleepSeconds(['env', ...words]);
    commandSleepSeconds(['sh', ...words]);
    expect(performance.now() - start).toBeLessThan(patience);
  });
});
