/** The namespace of the reviews, with Gracegate on. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const baselineLabels = { 'gracegate.dev/mutate': 'baseline', 'gracegate.dev/enforce': 'baseline' };

export const shop = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: baselineLabels },
};

/** As the file that `--namespaces` takes instead of a cluster. */
export async function writeNamespaces(dir: string): Promise<string> {
  const file = join(dir, 'namespaces.json');
  await writeFile(file, JSON.stringify(shop));
  return file;
}
