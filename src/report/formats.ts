import { githubReporter } from './github.ts';
import { htmlReport } from './html.ts';
import { jsonReporter } from './json.ts';
import { junitReporter } from './junit.ts';
import { policyReporter } from './policy-report.ts';
import type { ReporterFactory } from './report.ts';
import { sarifReporter } from './sarif.ts';
import { tableReporter } from './table.ts';

/** A form that an audit can be printed in. */
export interface ReportFormat {
  /** As asked for on the command line. */
  readonly name: string;
  /** For whom it is, without a full stop. */
  readonly description: string;
  readonly factory: ReporterFactory;
}

/** In the order in which help lists them; the first is the default. */
export const reportFormats: readonly ReportFormat[] = [
  { name: 'table', description: 'a table for the terminal', factory: tableReporter },
  { name: 'json', description: 'JSON, for scripts', factory: jsonReporter },
  {
    name: 'sarif',
    description: 'SARIF 2.1.0, for GitHub code scanning and other viewers of findings',
    factory: sarifReporter,
  },
  {
    name: 'junit',
    description:
      'JUnit XML, for the test reports of Jenkins, GitLab and others; denials fail, warnings do not',
    factory: junitReporter,
  },
  {
    name: 'github',
    description: 'annotations of a pull request, printed in a step of GitHub Actions',
    factory: githubReporter,
  },
  {
    name: 'policy-report',
    description: 'PolicyReports (wgpolicyk8s.io/v1alpha2) for kubectl apply, for Policy Reporter and others',
    factory: policyReporter,
  },
  { name: 'html', description: 'one HTML page with pictures, for people', factory: htmlReport },
];
