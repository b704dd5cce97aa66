/** The pages of docs/checks, made of the checks themselves. */
import { builtinProfiles } from '../src/config/builtin.ts';
import { topics, type Check, type Message, type ParameterSchema, type Topic } from '../src/policy/check.ts';
import { checks } from '../src/policy/checks/registry.ts';
import { objectKinds } from '../src/policy/objects/object-kinds.ts';

const topicTitles: Readonly<Record<Topic, string>> = {
  resources: 'Resources',
  starting: 'Starting',
  stopping: 'Stopping',
  scaling: 'Scaling and rolling',
  wiring: 'Wiring',
};

/** File name to text, for every check and the list of them. */
export function checkPages(): Map<string, string> {
  const pages = new Map(checks.map((check) => [`${check.id}.md`, checkPage(check)]));
  return pages.set('README.md', listPage());
}

function checkPage(check: Check): string {
  return [
    `# ${check.id}: ${check.title}`,
    '',
    check.rationale,
    '',
    '| | |',
    '| --- | --- |',
    ...facts(check).map(([name, value]) => `| ${name} | ${value} |`),
    '',
    '## On the cluster',
    '',
    check.symptom,
    '',
    '## How to fix',
    '',
    check.remediation,
    '',
    '## Example',
    '',
    'This is objected to:',
    '',
    yaml(check.examples.bad),
    '',
    'This is not:',
    '',
    yaml(check.examples.good),
    '',
    '## What it says',
    '',
    ...Object.values(check.messages).map(
      (message) => `- ${cell(message.problem)}; ${cell(message.advice)}${remark(message)}`,
    ),
    '',
    ...parameterSection(check),
    '## Source',
    '',
    check.source,
    '',
  ].join('\n');
}

function remark({ absence, atMost }: Message): string {
  if (atMost !== undefined) return ' (only ever warns)';
  return absence === true ? ' (rests on other objects: at admission it only warns)' : '';
}

function facts(check: Check): [string, string][] {
  return [
    ['topic', topicTitles[check.topic].toLowerCase()],
    ['asked of', check.judges === 'workloads' ? 'pods and what makes pods' : check.judges.join(', ')],
    ['where', surfaces(check)],
    ...(check.needs === undefined ? [] : [['looks up', check.needs.join(', ')] as [string, string]]),
    ...Object.entries(builtinProfiles).map(([name, profile]): [string, string] => {
      const { action, exemptible, ...parameters } = profile.checks?.[check.id] ?? {};
      const set = Object.entries(parameters).map(([key, value]) => `, ${key}: ${String(value)}`);
      return [`profile ${name}`, `${action}${set.join('')}${exemptible === true ? ', exemptible' : ''}`];
    }),
  ];
}

/** An object that the webhooks are not sent is judged by the command line alone. */
function surfaces({ judges }: Check): string {
  const isAdmitted =
    judges === 'workloads' || objectKinds.some(({ kind, admitted }) => admitted && judges.includes(kind));
  return isAdmitted ? 'webhook, `gracegate audit`' : '`gracegate audit`, on files and on a cluster';
}

function parameterSection({ parameters }: Check): string[] {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return [];
  return [
    '## Parameters',
    '',
    '| name | meaning | default |',
    '| --- | --- | --- |',
    ...entries.map(
      ([name, schema]) => `| \`${name}\` | ${meaning(schema)} | ${String(schema.default ?? '')} |`,
    ),
    '',
    'Every check also has `action`, `exemptible`, `kinds`, `selector` and, where it looks at containers,',
    '`ignoreContainers`.',
    '',
  ];
}

function meaning({ description, enum: values }: ParameterSchema): string {
  return cell(values === undefined ? description : `${description} One of ${values.join(', ')}.`);
}

function listPage(): string {
  return [
    '# Checks',
    '',
    'What a profile can ask. `gracegate explain CHECK` prints the same page. The columns say what the built-in profiles do.',
    '',
    ...topics.flatMap((topic) => [
      `## ${topicTitles[topic]}`,
      '',
      '| check | asks | baseline | strict |',
      '| --- | --- | --- | --- |',
      ...checks.filter((check) => check.topic === topic).map(listRow),
      '',
    ]),
  ].join('\n');
}

function listRow({ id, title }: Check): string {
  const action = (profile: string) => builtinProfiles[profile]?.checks?.[id]?.action ?? 'off';
  return `| [${id}](${id}.md) | ${title} | ${action('baseline')} | ${action('strict')} |`;
}

function yaml(text: string): string {
  return `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``;
}

/** Text that may stand in a cell of a table, and whose brackets are no HTML. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}
