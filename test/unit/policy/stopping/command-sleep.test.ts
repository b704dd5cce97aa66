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

describe('a script', () => {
  it.each<[script: string, seconds: number]>([
    // Words.
    ['  sleep   20  ', 20],
    ['\tsleep\t20', 20],
    ['sleep "30"', 30],
    ["sleep '30'", 30],
    [`"sleep" 3'0'`, 30],
    [String.raw`s\leep 30`, 30],
    ['sleep \\\n 30', 30],
    ['sle\\\nep 30', 30],
    ['/bin/sleep 30', 30],
    ['A=1 B="2 3" sleep 30', 30],
    ['A=1', 0],
    [`echo 'sleep 20'`, 0],
    ['echo "; sleep 20"', 0],
    ['echo sleep 20', 0],
    [String.raw`echo \; sleep 20`, 0],
    ['sleepy 20', 0],
    ['/stop.sh', 0],
    ['', 0],
    // Comments.
    ['sleep 20 # of 60 seconds', 20],
    ['# sleep 60\nsleep 20 # sleep 60\nsleep 5', 25],
    ['echo a#b; sleep 20', 20],
    ['echo "#"; sleep 20', 20],
    ["# don't\nsleep 20", 20],
    // Expansions.
    ['sleep ${DRAIN:-30}', 30],
    ['sleep "${DRAIN:-30}"', 30],
    ['sleep ${DRAIN-30}s', 30],
    ['sleep ${DRAIN:=30}', 30],
    ['sleep ${1:-30}', 30],
    ['sleep ${DRAIN:-${DEFAULT:-30}}', 30],
    ['sleep ${DRAIN:-"30"}', 30],
    ['sleep $DRAIN', 0],
    ['sleep ${DRAIN}', 0],
    ['sleep ${DRAIN:?}; sleep 5', 5],
    ['sleep "$DRAIN"; sleep 5', 5],
    ['sleep $(cat "/drain)"); sleep 5', 5],
    ['sleep $(echo ")" ")"); sleep 5', 5],
    ['sleep "$(echo "$(echo 1)" \')\')"; sleep 5', 5],
    ['sleep $((DRAIN * (2 + 3))); sleep 5', 5],
    ['sleep `cat /drain`; sleep 5', 5],
    ['words=(sleep 20); sleep 5', 5],
    // One after another.
    ['sleep 20; nginx -s quit', 20],
    ['nginx -s quit; sleep 20', 20],
    ['sleep 5; nginx -s quit; sleep 5', 10],
    ['sleep 10 && sleep 20', 30],
    ['sleep 10 &&\n\n sleep 20', 30],
    ['nginx -s quit || sleep 20', 20],
    ['touch /tmp/down\nsleep 20\n', 20],
    ['\n\n;;sleep 20;', 20],
    ['set -e; sleep 20', 20],
    // Instead of each other.
    ['[ -e /up ] && sleep 10 || sleep 20', 20],
    ['[ -e /up ] && sleep 20 || sleep 10', 20],
    ['[ -e /up ] && { sleep 5; nginx -s quit; } || { sleep 20; nginx -s quit; }', 20],
    ['[ -e /up ] && sleep 5 && nginx -s quit || { sleep 20; nginx -s quit; }', 20],
    ['[ -e /up ] && { sleep 20; nginx -s quit; } || sleep 5; sleep 1', 21],
    ['[ -e /up ] && sleep 10 && false || sleep 20', 30],
    ['[ -e /up ] && sleep 10 && nginx -s quit && sleep 1', 11],
    ['sleep 5 && [ -e /up ] && sleep 10 || sleep 20', 25],
    ['curl -sf x || sleep 10 && sleep 5', 15],
    ['sleep 10 || sleep 20', 10],
    [`python3 -c 'time.sleep(10)' || sleep 20`, 20],
    ['false && sleep 60', 0],
    ['true || sleep 60', 0],
    [': || sleep 60', 0],
    ['false && sleep 60 || sleep 5', 5],
    ['false || sleep 5', 5],
    ['true && sleep 5', 5],
    ['! true && sleep 60', 0],
    ['! ! true && sleep 5', 5],
    ['! false || sleep 60', 0],
    ['{ true; } || sleep 60', 0],
    ['(exit 1) && sleep 60', 0],
    ['(exit 0) || sleep 60', 0],
    ['(exit) && sleep 5', 5],
    ['true | false || sleep 5', 5],
    ['false & sleep 5', 5],
    // The end.
    ['sleep 5; exit 0; sleep 100', 5],
    ['exec sleep 25; sleep 100', 25],
    ['exec /stop.sh; sleep 100', 0],
    ['exec >/dev/null 2>&1; sleep 5', 5],
    ['exec -a drain sleep 25 || sleep 100', 25],
    ['sleep 5; return; sleep 100', 5],
    ['if [ -n "$X" ]; then sleep 12; exit 0; fi; sleep 12', 12],
    ['if [ -n "$X" ]; then sleep 12; exit 0; fi; sleep 5', 12],
    ['if [ -n "$X" ]; then exec sleep 12; else sleep 3; fi; sleep 4', 12],
    ['if [ -n "$X" ]; then exit; else exit 1; fi; sleep 60', 0],
    ['[ -n "$X" ] && exit 0; sleep 12', 12],
    ['[ -n "$X" ] || exit 0; sleep 12', 12],
    ['[ -n "$X" ] && sleep 12 && exit 0; sleep 5', 12],
    ['[ -n "$X" ] && { sleep 12; exit 0; }; sleep 12', 12],
    ['[ -n "$X" ] && sleep 12 && exit || sleep 5', 12],
    ['case $1 in a) sleep 12; exit;; esac; sleep 12', 12],
    ['case $1 in a) sleep 12; exit;; *) exit;; esac; sleep 60', 12],
    ['(sleep 5; exit 0; sleep 100); sleep 6', 11],
    ['{ sleep 5; exit 0; sleep 100; }; sleep 6', 5],
    ['exit | sleep 5; sleep 6', 11],
    ['exit & sleep 5', 5],
    ['{ sleep 10; exit; sleep 100; } & wait', 10],
    ['sleep 30 & exit; wait', 0],
    ['sleep 30 & if [ -e /up ]; then exit; fi; wait', 30],
    ["sh -c 'sleep 5; exit; sleep 100'; sleep 6", 11],
    // Words before a command.
    ['exec sleep 30', 30],
    ['exec -a drain sleep 30', 30],
    ['command sleep 20', 20],
    ['command -v sleep 20', 0],
    ['builtin wait; sleep 5', 5],
    ['time sleep 20', 20],
    ['time -p sleep 20', 20],
    ['! sleep 20', 20],
    ['nohup nice sleep 20', 20],
    ['timeout 20 sleep 30; sleep 1', 21],
    // Redirections.
    ['sleep 20 > /dev/null 2>&1', 20],
    ['sleep 20 &> /dev/null', 20],
    ['sleep 20 2>/dev/null', 20],
    ['>/dev/null sleep 20', 20],
    ['sleep >20', 0],
    ['sleep 2>20', 0],
    ['sleep 20 <<< 5', 20],
    ['cat <<EOF\nsleep 60\nEOF\nsleep 20', 20],
    [`cat <<-'EOF' > /file; sleep 5\n\tsleep 60\n\tEOF\nsleep 20`, 25],
    ['cat <<A <<B\nsleep 60\nA\nsleep 60\nB\nsleep 20', 20],
    ['cat <<EOF\nsleep 60', 0],
    ['diff <(sleep 5) <(sleep 6); sleep 20', 20],
    // Side by side.
    ['sleep 30 &', 0],
    ['sleep 30 & wait', 30],
    ['sleep 30 & sleep 10; wait', 30],
    ['sleep 30 & sleep 40; wait', 40],
    ['sleep 30 & sleep 10', 10],
    ['sleep 10 & sleep 20 & wait $!; sleep 5', 25],
    ['sleep 10; sleep 20 & sleep 5; wait', 30],
    ['sleep 10 && sleep 20 & wait', 30],
    ['{ sleep 10; sleep 20; } & wait', 30],
    ['nohup sleep 30 >/dev/null 2>&1 &', 0],
    ['(sleep 30 &); wait', 0],
    ['sleep 30 & (wait)', 0],
    ['{ sleep 30 & }; wait', 30],
    ['wait', 0],
    ['sleep 5 | sleep 20 | sleep 10', 20],
    ['sleep 20 |& cat', 20],
    // Groups and branches.
    ['(sleep 20)', 20],
    ['(sleep 20) > /dev/null; sleep 5', 25],
    ['{ sleep 20; }', 20],
    ['{ sleep 20; } 2>&1 && sleep 5', 25],
    ['( ( ( (sleep 20) ) ) )', 20],
    ['if test -e /up; then sleep 5; fi', 5],
    ['if test -e /up; then sleep 20; else sleep 5; fi', 20],
    // A sleep succeeds, so the other branches are never reached.
    ['if sleep 1; then sleep 2; elif sleep 3; then sleep 4; else sleep 3; fi; sleep 10', 13],
    ['if a; then sleep 2; elif sleep 3; then sleep 4; else sleep 9; fi; sleep 10', 17],
    ['if a; then sleep 2; elif sleep 3 && a; then sleep 4; else sleep 9; fi; sleep 10', 22],
    ['if false; then sleep 60; fi; sleep 5', 5],
    ['if ! true; then sleep 60; else sleep 5; fi', 5],
    ['if [ -e /up ]\nthen\n  sleep 5\nfi', 5],
    ['if true; then if true; then sleep 5; fi; sleep 1; fi', 6],
    ['[ -e /up ] && sleep 5', 5],
    ['[[ -e /up && $A > 5 ]] && sleep 5', 5],
    ['if sleep 30 & then wait; fi', 30],
    ['case $1 in a) sleep 5;; b|c) sleep 10; sleep 1 ;; (*) sleep 2; esac; sleep 100', 111],
    ['case $1 in\n  a)\n    sleep 5\n    ;;\nesac', 5],
    ['case a in esac; sleep 5', 5],
    // Loops.
    ['while ! test -e /down; do sleep 1; done', 1],
    ['until ! sleep 20; do true; done', 20],
    ['while read line; do sleep 1; done < /file; sleep 5', 6],
    ['for i in 1 2 3; do sleep 5; done', 15],
    ['for i in 1 2 3\ndo sleep 5 & done; wait', 5],
    ['for i in; do sleep 5; done; sleep 1', 1],
    ['for i in $(seq 30); do sleep 1; done', 1],
    ['for i in *; do sleep 1; done', 1],
    ['for i; do sleep 5; done', 5],
    ['for ((i = 0; i < 5; i++)); do sleep 5; done', 5],
    ['for i in 1 2; do for j in 1 2 3; do sleep 5; done; done', 30],
    ['for i in 1 2; do sleep infinity; done', forever],
    ['for i in; do sleep infinity; done', 0],
    ['while false; do sleep 60; done; sleep 5', 5],
    ['until true; do sleep 60; done; sleep 5', 5],
    // Nobody knows when they are left.
    ['for i in 1 2 3 4 5 6; do curl -sf x && break; sleep 5; done', 5],
    ['for i in 1 2 3 4 5 6; do curl -sf x && exit; sleep 5; done; sleep 1', 6],
    ['for i in 1 2 3; do if curl -sf x; then break; fi; sleep 5; done; sleep 1', 6],
    ['for i in 1 2 3; do sleep 5; break; done; sleep 1', 6],
    ['for i in 1 2 3; do break; sleep 5; done; sleep 1', 1],
    ['for i in 1 2 3; do exec sleep 5; done; sleep 1', 5],
    ['for i in 1 2 3; do curl -sf x && continue; sleep 5; done', 15],
    ['for i in 1 2 3; do continue; sleep 5; done; sleep 1', 1],
    ['for i in 1 2; do for j in 1 2 3; do curl -sf x && break; sleep 5; done; done', 10],
    ['for i in 1 2; do for j in 1 2 3; do curl -sf x && break 2; sleep 5; done; done; sleep 1', 6],
    ['for i in 1 2; do for j in 1 2 3; do break 2; done; sleep 5; done; sleep 1', 1],
    ['for i in 1 2; do for j in 1 2 3; do curl -sf x && continue 2; sleep 5; done; done', 10],
    ['for i in 1 2 3; do (exit); sleep 5; done', 15],
    ['while true; do curl -sf x && break; sleep 5; done; sleep 1', 6],
    ['break; sleep 5', 0],
    ['sleep infinity; for i in 1 2; do sleep 1; done', forever],
    // Functions.
    ['drain() { sleep 20; }', 0],
    ['drain() { sleep 20; }; drain; drain now', 40],
    ['drain ()\n{\n sleep 20\n}\ndrain', 20],
    ['function drain { sleep 20; }; drain', 20],
    ['function drain() (sleep 20); drain &', 0],
    ['sleep() { true; }; sleep 20', 0],
    ['loop() { loop; }; loop', 0],
    ['drain() { sleep 20; return; sleep 60; }; drain; sleep 5', 25],
    ['drain() { [ -e /up ] && return; sleep 20; }; drain; sleep 5', 25],
    ['drain() { sleep 20; exit; }; drain; sleep 60', 20],
    ['drain() { return 1; }; drain && sleep 60', 0],
    ['drain() { return 0; }; drain || sleep 60', 0],
    ['quit() { exit 1; }; [ -e /up ] || quit; sleep 5', 5],
    ['quit() { exit 1; }; for i in 1 2 3; do curl -sf x || quit; sleep 5; done', 5],
    ['drain() { for i in 1 2 3; do curl -sf x && return; sleep 5; done; }; drain', 5],
    ['drain() { sleep 5 & }; drain; wait', 0],
    ['constructor', 0],
    // What is not closed, or closes nothing, is passed over.
    ['if true; then sleep 5', 5],
    ['{ sleep 20', 20],
    ['(sleep 5; sleep 6', 11],
    [') sleep 5 } ; sleep 6 ;; sleep 7', 18],
    ['sleep 5; fi; done; sleep 6', 11],
    ['sleep 5 &&', 5],
    ['| sleep 5', 5],
    ['sleep 5; echo "', 5],
    ["sleep 5; echo '", 5],
    ['sleep 5; echo $(', 5],
    ['sleep 5; echo ${A', 5],
    ['sleep 5; echo `', 5],
    ['sleep 5; echo \\', 5],
    ['sleep 5; case', 5],
    ['sleep 5; for', 5],
    ['sleep 5; function', 5],
    ['sleep 5; a()', 5],
    ['sleep 5 >', 5],
  ])('%j: %s s', (script, seconds) => {
    expect(scriptSeconds(script)).toBe(seconds);
  });
});

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
