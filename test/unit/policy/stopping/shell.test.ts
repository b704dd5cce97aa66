import { describe, expect, it } from 'vitest';

import { shellAsPid1 } from '../../../../src/policy/stopping/shell.ts';

type Case = [command: readonly string[], shell: string | undefined];

describe('the command of a container', () => {
  it.each<Case>([
    // The image's own entrypoint, or no shell.
    [[], undefined],
    [['app'], undefined],
    [[''], undefined],
    [['env', 'A=1', 'app'], undefined],
    [['tini', '--', 'app'], undefined],
    [['env'], undefined],
    // A file or the input cannot be told.
    [['sh', '/entrypoint.sh'], undefined],
    [['/entrypoint.sh'], undefined],
    [['sh'], undefined],
    [['sh', '-c'], undefined],
    // Which shell.
    [['sh', '-c', 'a; b'], 'sh'],
    [['/bin/sh', '-c', 'a; b'], 'sh'],
    [['/bin/ash', '-c', 'a; b'], 'ash'],
    [['/usr/bin/bash', '-lc', 'a; b'], 'bash'],
    [['bash', '-euo', 'pipefail', '-c', 'a; b'], 'bash'],
    [['busybox', 'sh', '-c', 'a; b'], 'sh'],
    [['/usr/bin/env', 'bash', '-c', 'a; b'], 'bash'],
    [['env', 'A=1', 'nice', 'nohup', 'sh', '-c', 'a; b'], 'sh'],
    // An init process in front.
    [['tini', '--', 'sh', '-c', 'a; b'], 'sh'],
    [['/sbin/tini', '-v', '--', 'sh', '-c', 'app'], 'sh'],
    [['docker-init', '--', 'sh', '-c', 'a; b'], 'sh'],
    [['tini', '--', 'sh', '-c', 'a; exec b'], undefined],
    [['tini', '-g', '--', 'sh', '-c', 'a; b'], undefined],
    [['tini', '-vg', '--', 'sh', '-c', 'a; b'], undefined],
    [['dumb-init', 'sh', '-c', 'a; b'], undefined],
    [['dumb-init', '--', 'sh', '-c', 'a; b'], undefined],
    [['dumb-init', '--single-child', 'sh', '-c', 'a; b'], 'sh'],
    [['dumb-init', '-vc', 'sh', '-c', 'a; b'], 'sh'],
    [['timeout', '60', 'sh', '-c', 'a; b'], undefined],
    [['timeout', '--foreground', '60', 'sh', '-c', 'a; b'], 'sh'],
  ])('%j: %s', (command, shell) => {
    expect(shellAsPid1(command, [])).toBe(shell);
  });

  it('goes on with args', () => {
    expect(shellAsPid1(['sh', '-c'], ['a; b'])).toBe('sh');
    expect(shellAsPid1(['sh'], ['-c', 'exec a'])).toBeUndefined();
    expect(shellAsPid1(['tini', '--'], ['sh', '-c', 'a; b'])).toBe('sh');
  });

  it('cannot be told from args alone', () => {
    expect(shellAsPid1([], ['sh', '-c', 'a; b'])).toBeUndefined();
  });
});

/** Both shells are in the way, neither is, or one of them is. */
type ScriptCase = [script: string, sh: 'stays' | 'goes', bash: 'stays' | 'goes'];

describe('a script', () => {
  // What Debian's dash 0.5.12 and bash 5.2 were seen to do, but where it says otherwise.
  it.each<ScriptCase>([
    // A single command.
    ['app', 'stays', 'goes'],
    ['app --flag "a b"', 'stays', 'goes'],
    ['\n# serve\nA=1 app # for good\n', 'stays', 'goes'],
    ['env A=1 app', 'stays', 'goes'],
    ['app > /log', 'stays', 'stays'],
    ['! app', 'stays', 'stays'],
    ['time app', 'stays', 'stays'],
    ['exec app', 'goes', 'goes'],
    ['exec app > /log 2>&1', 'goes', 'goes'],
    ['exec env A=1 app', 'goes', 'goes'],
    ['', 'goes', 'goes'],
    ['# nothing', 'goes', 'goes'],
    ['A=1', 'goes', 'goes'],
    // Several. Since 5.1 bash would make room for the last of a list.
    ['migrate; exec app', 'goes', 'goes'],
    ['migrate && exec app', 'goes', 'goes'],
    ['exec app || exit 1', 'goes', 'goes'],
    ['exec app; exit 1', 'goes', 'goes'],
    ['cd /app\nexec app\n', 'goes', 'goes'],
    ['migrate; app', 'stays', 'stays'],
    ['migrate && app', 'stays', 'stays'],
    ['app || exit 1', 'stays', 'stays'],
    ['set -e; app; exit 0', 'stays', 'stays'],
    ['exec > /log 2>&1; app', 'stays', 'stays'],
    ['test -e /debug && exec debugger; app', 'stays', 'stays'],
    ['. /env; app', 'stays', 'stays'],
    // In a pipe, in a subshell or in the background the shell gives way to nothing.
    ['app | tee /log', 'stays', 'stays'],
    ['exec app | tee /log', 'stays', 'stays'],
    ['(app)', 'stays', 'stays'],
    ['(exec app)', 'stays', 'stays'],
    ['{ app; }', 'stays', 'stays'],
    ['{ exec app; }', 'goes', 'goes'],
    ['app & wait', 'stays', 'stays'],
    ['exec app & wait', 'stays', 'stays'],
    ['app &', 'stays', 'stays'],
    ['agent & exec app', 'goes', 'goes'],
    // Branches, loops and functions.
    ['if test -e /debug; then exec debugger; else exec app; fi', 'goes', 'goes'],
    ['if test -e /debug; then exec debugger; fi; app', 'stays', 'stays'],
    ['if test -e /debug; then debugger; else app; fi', 'stays', 'stays'],
    ['case $1 in web) exec web;; *) exec app;; esac', 'goes', 'goes'],
    ['while true; do app; done', 'stays', 'stays'],
    ['main() { exec app; }; main', 'goes', 'goes'],
    ['main() { app; }; main', 'stays', 'stays'],
    ['main() { exec app; }; app', 'stays', 'stays'],
    // A trap may well pass the signal on.
    ["trap 'kill $!' TERM; app & wait", 'goes', 'goes'],
    ['stop() { kill $!; }\ntrap stop TERM INT\napp &\nwait', 'goes', 'goes'],
    ['start() { trap stop TERM; }; start; app', 'goes', 'goes'],
    ['echo "trap"; app', 'stays', 'stays'],
    // What the script does not show.
    ['. /run.sh', 'goes', 'goes'],
    ['source /env; source /run.sh', 'goes', 'goes'],
    ['eval "$APP"', 'goes', 'goes'],
    ['"$@"', 'goes', 'goes'],
    ['$(APP_COMMAND)', 'goes', 'goes'],
    ['migrate; `cat /command`', 'goes', 'goes'],
    // What comes next may be a shell again.
    [`exec sh -c 'migrate; exec app'`, 'goes', 'goes'],
    [`exec bash -c app`, 'goes', 'goes'],
    ['exec dumb-init sh -c "a; b"', 'goes', 'goes'],
  ])('%j: sh %s, bash %s', (script, sh, bash) => {
    expect(shellAsPid1(['sh', '-c', script], [])).toBe(sh === 'stays' ? 'sh' : undefined);
    expect(shellAsPid1(['bash', '-c', script], [])).toBe(bash === 'stays' ? 'bash' : undefined);
  });

  it('may lead to another shell', () => {
    expect(shellAsPid1(['bash', '-c', `exec /bin/ash -c 'a; b'`], [])).toBe('ash');
    expect(shellAsPid1(['bash', '-c', `dash -c 'a; b'`], [])).toBe('dash');
    expect(shellAsPid1(['sh', '-c', `migrate && exec tini -- dash -c 'a; b'`], [])).toBe('dash');
    expect(shellAsPid1(['sh', '-c', `dash -c 'a; b'`], [])).toBe('sh');
  });

  it.each(['nohup ', "exec sh -c '", '(', '{ ', 'exec ', 'a;', 'a|', 'f() '])(
    'a hostile one, full of %j, takes linear time',
    (piece) => {
      for (const length of [131_071, 1_000_000]) {
        const script = piece.repeat(length).slice(0, length);
        const start = performance.now();
        shellAsPid1(['bash', '-c', script], []);
        expect(performance.now() - start).toBeLessThan(10_000);
      }
    },
  );
});
