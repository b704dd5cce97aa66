import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { complete, completionText } from '../../../src/cli/completion.ts';
import { invocation } from '../../../src/cli/invocation.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { checks } from '../../../src/policy/checks/registry.ts';

const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
const program = buildProgram('gracegate', streams, () => undefined);

const [files, nothing, directories] = [0, 4, 16];

/** The values that complete the last word of a line, and what is added where there are none. */
function answer(line: string): { values: string[]; directive: number } {
  const { candidates, directive } = complete(program, line.split(' '));
  return { values: candidates.map(({ value }) => value), directive };
}

describe('completion', () => {
  const cases: [line: string, values: string[], directive: number][] = [
    ['au', ['audit'], nothing],
    ['config ', ['validate', 'help'], nothing],
    ['config validate ', [], files],
    ['audit --fail', ['--fail-on'], nothing],
    ['audit --fail-on ', ['deny', 'warn', 'none'], nothing],
    ['audit --fail-on=d', ['--fail-on=deny'], nothing],
    ['audit --fail-on deny -o sa', ['sarif'], nothing],
    ['audit --profile ', ['baseline', 'strict'], nothing],
    ['audit --check cpu-request,memory-r', ['cpu-request,memory-request'], nothing],
    ['audit --without services,sec', ['services,secrets'], nothing],
    ['audit -f ', [], files],
    ['audit --config=conf', [], files],
    ['audit ', [], files],
    ['audit a.yaml b', [], files],
    ['audit -n ', [], nothing],
    ['audit --cluster ', [], files],
    ['audit -- --fail', [], files],
    ['audit - ', [], files],
    ['certs --dir ', [], directories],
    ['certs --host=x ', [], nothing],
    ['explain shell', ['shell-entrypoint'], nothing],
    ['explain shell-entrypoint ', [], nothing],
    ['completion ', ['bash', 'zsh', 'fish'], nothing],
    ['unknown --fail', [], nothing],
    ['audit --no-such=', [], nothing],
  ];
  it.each(cases)('of "gracegate %s"', (line, values, directive) => {
    expect(answer(line)).toEqual({ values, directive });
  });

  it('names all checks, each with its title', () => {
    expect(complete(program, ['explain', '']).candidates).toEqual(
      checks.map(({ id, title }) => ({ value: id, description: title })),
    );
  });

  it('names every command and option that help shows, and no hidden one', () => {
    const help = program.createHelp();
    const commands = help.visibleCommands(program);
    expect(answer('').values).toEqual(commands.map((one) => one.name()));
    expect(answer('').values).not.toContain('complete');
    for (const command of commands.filter((one) => one.name() !== 'help')) {
      const options = help.visibleOptions(command).map(({ long }) => long);
      expect(answer(`${command.name()} -`).values, command.name()).toEqual(options);
    }
  });

  it('is text with one line for each, and a directive last', () => {
    expect(completionText(complete(program, ['audit', '--fail-on', '']))).toBe(
      'deny\t\nwarn\t\nnone\t\n:4\n',
    );
    expect(completionText(complete(program, ['audit', '--fail-']))).toMatch(/^--fail-on\t\S[^\n]*\n:4\n$/);
  });
});

describe('invocation', () => {
  it.each([
    ['/usr/bin/gracegate', 'gracegate'],
    ['/usr/bin/kubectl-gracegate', 'kubectl gracegate'],
    ['/app/dist/main.js', 'gracegate'],
    [undefined, 'gracegate'],
  ])('by %s is called "%s"', (path, name) => {
    expect(invocation(path, ['audit'])).toEqual({ name, argv: ['audit'] });
  });

  it('by kubectl_complete-gracegate completes the words, whatever they are', () => {
    expect(invocation('/usr/bin/kubectl_complete-gracegate', ['audit', '--help', ''])).toEqual({
      name: 'kubectl gracegate',
      argv: ['complete', '--', 'audit', '--help', ''],
    });
  });
});
