/** Writes the generated files. They are committed, and CI fails when they differ from what this writes. */
import { writeFile } from 'node:fs/promises';
import { configurationSchema } from '../src/config/schema.ts';
import { errorReference } from './error-reference.ts';

await writeFile(
  'schema/gracegate-configuration.v1alpha1.schema.json',
  `${JSON.stringify(configurationSchema, null, 2)}\n`,
);
await writeFile('docs/errors.md', errorReference());
