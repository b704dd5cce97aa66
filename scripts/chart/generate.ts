import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { chartReadme } from './readme.ts';
import { chartSchema } from './schema.ts';
import { readChartValues } from './values.ts';

/** Writes values.schema.json and README.md of the chart in a folder. */
export async function generateChart(folder: string): Promise<void> {
  const values = readChartValues(await readFile(join(folder, 'values.yaml'), 'utf8'));
  // As `npm run check` would have it.
  const style = { printWidth: 110, singleQuote: true };
  const schema = await format(JSON.stringify(chartSchema(values)), { ...style, parser: 'json' });
  await writeFile(join(folder, 'values.schema.json'), schema);
  await writeFile(
    join(folder, 'README.md'),
    await format(chartReadme(values), { ...style, parser: 'markdown' }),
  );
}
