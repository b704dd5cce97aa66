/** Runs the shell steps of a composite action as GitHub's runner does, without GitHub. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run, type CommandResult } from '../../cluster/command.ts';

export interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function readAction(file: string): Promise<Action> {
  return parse(await readFile(file, 'utf8')) as Action;
}

export interface ActionRun extends CommandResult {
  /** Of the action. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The page of the job, in Markdown. */
  readonly summary: string;
}

interface Surroundings {
  readonly actionPath: string;
  readonly workspace: string;
  /** An empty folder. */
  readonly temporary: string;
  readonly path: string;
}

/** Steps after one that fails are left out; those that use other actions are taken to have run. */
export async function runComposite(
  action: Action,
  inputs: Readonly<Record<string, string>>,
  { actionPath, workspace, temporary, path }: Surroundings,
): Promise<ActionRun> {
  const given = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, inputs[name] ?? input.default ?? '']),
  );
  const context: Record<string, string> = { 'github.action_path': actionPath };
  for (const [name, value] of Object.entries(given)) context[`inputs.${name}`] = value;
  const runnerTemp = join(temporary, 'runner');
  await mkdir(runnerTemp, { recursive: true });
  const files = { path: join(temporary, 'path'), summary: join(temporary, 'summary') };
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')));

  let [code, stdout, stderr] = [0, '', ''];
  for (const [index, step] of action.runs.steps.entries()) {
    if (step.run === undefined || code !== 0) continue;
    const script = join(temporary, `${index}.sh`);
    const output = join(temporary, `${index}.output`);
    await writeFile(script, step.run);
    await writeFile(output, '');
    const added = (await readFile(files.path, 'utf8')).split('\n').filter((line) => line !== '');
    // As the runner calls it for `shell: bash`.
    const result = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: workspace,
      env: {
        PATH: [...added.toReversed(), path].join(':'),
        HOME: temporary,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: workspace,
        GITHUB_PATH: files.path,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: files.summary,
        RUNNER_TEMP: runnerTemp,
        ...Object.fromEntries(
          Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluate(value, context)]),
        ),
      },
      timeoutMs: 60_000,
    });
    ({ code } = result);
    stdout += result.stdout;
    stderr += result.stderr;
    for (const line of (await readFile(output, 'utf8')).split('\n').filter((text) => text !== '')) {
      const [name = '', value = ''] = line.split(/=(.*)/s);
      context[`steps.${step.id}.outputs.${name}`] = value;
    }
  }
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [
    name,
    evaluate(value, context, ''),
  ]);
  return {
    ...{ code, stdout, stderr },
    outputs: Object.fromEntries(outputs),
    summary: await readFile(files.summary, 'utf8'),
  };
}

/** Only what stands for a value by itself; an action that says more cannot be run here. */
function evaluate(text: string, context: Readonly<Record<string, string>>, otherwise?: string): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_whole, expression: string) => {
    const value = context[expression] ?? otherwise;
    if (value === undefined) throw new Error(`nothing is known of ${expression}`);
    return value;
  });
}
