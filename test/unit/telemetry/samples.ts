import type { Metrics } from '../../../src/telemetry/metrics.ts';

/** What a scrape would read of Gracegate's own metrics: lines such as `gracegate_exemptions_total{reason="group"} 1`. */
export async function samples({ registry }: Metrics): Promise<string[]> {
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line.startsWith('gracegate_'));
}
