import type { ReporterFactory } from '../report/report.ts';

/** What `--output` takes. The first is what people get who do not say. */
export const reportFormats = ['table', 'json', 'sarif', 'junit', 'github', 'policy-report', 'html'] as const;

export type ReportFormat = (typeof reportFormats)[number];

/** Only the reporter that is asked for is loaded: some are larger than all the rest of the program. */
export async function reporterOf(format: ReportFormat): Promise<ReporterFactory> {
  if (format === 'table') return (await import('../report/table.ts')).tableReporter;
  if (format === 'json') return (await import('../report/json.ts')).jsonReporter;
  if (format === 'html') return (await import('../report/html.ts')).htmlReport;
  const { reportFormats: others } = await import('../report/formats.ts');
  const found = others.find(({ name }) => name === format);
  if (found === undefined) throw new Error(`there is no reporter for ${format}`);
  return found.factory;
}
