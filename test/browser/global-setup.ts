/** Builds the bundles, of which the page of the playground runs one. */
export default async function setup(): Promise<void> {
  await import('../../scripts/build.ts');
}
