/** Writes the generated files. They are committed, and CI fails when they differ from what this writes. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { configurationSchema } from '../src/config/schema.ts';
import { auditReportSchema } from '../src/report/json-schema.ts';
import { generateChart } from './chart/generate.ts';
import { checkPages } from './check-pages.ts';
import { errorReference } from './error-reference.ts';

for (const [name, schema] of [
  ['configuration', configurationSchema],
  ['audit-report', auditReportSchema],
] as const)
  await writeFile(`schema/gracegate-${name}.v1alpha1.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
await writeFile('docs/errors.md', errorReference());
// The page of a check that is gone must go as well.
await rm('docs/checks', { recursive: true, force: true });
await mkdir('docs/checks', { recursive: true });
for (const [file, text] of checkPages()) await writeFile(`docs/checks/${file}`, text);
await generateChart('charts/gracegate');
