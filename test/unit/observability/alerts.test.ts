/** The alerts: each fires when it should, is silent when not, and has a page that says what to do. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { alertsFile, readAlerts, readText, root } from './files.ts';
import { promtool } from './promtool.ts';

const alerts = readAlerts();
const names = [...new Set(alerts.map(({ alert }) => alert))];

const runbooks = 'docs/runbooks';
const runbookUrl = `https://github.com/gracegate/gracegate/blob/main/${runbooks}/`;

const testsFolder = 'test/unit/observability/alerts';
const testFiles = readdirSync(join(root, testsFolder));

interface AlertTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly { readonly exp_labels: { readonly severity: string } }[];
    }[];
  }[];
}

it('promtool takes the file', async () => {
  const { code, stdout, stderr } = await promtool(['check', 'rules', alertsFile], root);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`SUCCESS: ${alerts.length} rules found`);
});

it('each alert has a file of tests, and each file an alert', () => {
  expect(testFiles.toSorted()).toEqual(names.map((name) => `${name}.yaml`).toSorted());
});

describe.each(names)('%s', (name) => {
  it('fires when it should, with these labels and words, and is silent when not', async () => {
    const { code, stdout, stderr } = await promtool(
      ['test', 'rules', `${name}.yaml`],
      join(root, testsFolder),
    );
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  it('is tested both firing, in each severity, and silent', () => {
    const { tests } = parse(readText(`${testsFolder}/${name}.yaml`)) as AlertTests;
    const cases = tests.flatMap(({ alert_rule_test: asked }) => asked);
    expect(new Set(cases.map(({ alertname }) => alertname))).toEqual(new Set([name]));
    expect(cases.some(({ exp_alerts: expected }) => expected.length === 0)).toBe(true);
    const fired = cases.flatMap(({ exp_alerts: expected }) => expected.map((one) => one.exp_labels.severity));
    const severities = alerts.filter(({ alert }) => alert === name).map(({ labels }) => labels['severity']);
    expect(new Set(fired)).toEqual(new Set(severities));
  });

  it('says what is wrong, how bad it is, and where to read on', () => {
    for (const { labels, annotations } of alerts.filter(({ alert }) => alert === name)) {
      expect(['critical', 'warning']).toContain(labels['severity']);
      expect(Object.keys(annotations).toSorted()).toEqual(['description', 'runbook_url', 'summary']);
      expect(annotations['summary']).toMatch(/^.{10,80}[^.]$/);
      expect(annotations['description']).toMatch(/^.{40,}\.$/);
      expect(annotations['runbook_url']).toBe(`${runbookUrl}${name}.md`);
    }
  });

  it('has a runbook with meaning, impact, diagnosis and remedy', () => {
    const page = readText(`${runbooks}/${name}.md`);
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([name, 'Meaning', 'Impact', 'How to look', 'How to mend']);
    expect(page).toContain('kubectl');
  });
});

it('there is no runbook of an alert that is gone', () => {
  const pages = readdirSync(join(root, runbooks)).filter((file) => file !== 'README.md');
  expect(pages.toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
});

it('links of the runbooks lead to files', () => {
  for (const file of readdirSync(join(root, runbooks))) {
    for (const [, link = ''] of readText(`${runbooks}/${file}`).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      expect(existsSync(join(root, runbooks, link)), `${file}: ${link}`).toBe(true);
    }
  }
});
