import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { commandsOf } from '../../../src/cli/help.ts';
import { manuals } from '../../../src/cli/help-manuals.ts';
import { buildProgram, run } from '../../../src/cli/program.ts';

const silent = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
const program = buildProgram('gracegate', silent, () => undefined);
const commands = commandsOf(program);

async function help(path: string, calledBy: string): Promise<string> {
  let text = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const code = await run([...path.split(' ').filter(Boolean), '--help'], { ...silent, stdout }, calledBy);
  expect(code).toBe(0);
  return text;
}

describe('help', () => {
  it('is as it was', async () => {
    const pages = await Promise.all(
      commands.map(async ({ path }) => {
        const text = await help(path, 'gracegate');
        return `$ gracegate ${path === '' ? '' : `${path} `}--help\n${text}`;
      }),
    );
    await expect(pages.join('\n')).toMatchFileSnapshot('../../fixtures/golden/help.txt');
  });

  it('has a manual for every command, and none for another', () => {
    expect(Object.keys(manuals).toSorted()).toEqual(commands.map(({ path }) => path).toSorted());
  });

  it.each(commands)(
    'of "$path" says what it does, shows an example and names the exit codes',
    async ({ path, command }) => {
      const text = await help(path, 'gracegate');
      expect(command.description()).toMatch(/\S/);
      expect(text).toMatch(/^Examples:\n {2}# \S/m);
      expect(text).toMatch(/^Exit codes:\n {2}0 {2}\S/m);
      const undescribed = command
        .createHelp()
        .visibleOptions(command)
        .filter((option) => option.description === '');
      expect(undescribed).toEqual([]);
    },
  );

  it.each(commands)('of "$path" goes by the name it was called by', async ({ path }) => {
    const plain = await help(path, '/bin/gracegate');
    const plugin = await help(path, '/bin/kubectl-gracegate');
    expect(plain).not.toContain('kubectl gracegate ');
    expect(plugin.split('\n')[0]).toBe(plain.split('\n')[0]?.replace('gracegate', 'kubectl gracegate'));
    const examples = (text: string): string[] => text.match(/^ {2}(?!#).*\bgracegate [a-z].*$/gm) ?? [];
    expect(examples(plugin).length).toBeGreaterThan(0);
    expect(examples(plugin).filter((line) => !line.includes('kubectl gracegate '))).toEqual([]);
  });

  const examples = Object.entries(manuals).flatMap(([path, manual]) =>
    manual.examples.flatMap(({ line }) =>
      [...line.matchAll(/(?<![\w./-])gracegate ([^|()\n]+)/g)].map(([, args = '']) => ({
        path,
        args: args.trim(),
      })),
    ),
  );

  it.each(examples)('of "$path" shows "gracegate $args", which the command line takes', async ({ args }) => {
    const ran: string[] = [];
    const subject = buildProgram('gracegate', silent, () => undefined);
    for (const { path, command } of commandsOf(subject))
      if (command.commands.length === 0) command.action(() => void ran.push(path));
    const words = args.split(/\s+/);
    if (words[0] === 'help') {
      expect(commands.map(({ path }) => path)).toContain(words.slice(1).join(' '));
      return;
    }
    await subject.parseAsync(words, { from: 'user' });
    expect(ran).toHaveLength(1);
    expect(args.startsWith(ran[0] ?? '-')).toBe(true);
  });
});
