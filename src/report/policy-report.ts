import { PolicyReports } from './policy-reports.ts';
import type { ReporterFactory } from './report.ts';

/** Prints PolicyReports as one List that `kubectl apply` takes. */
export const policyReporter: ReporterFactory = (write) => {
  const reports = new PolicyReports();
  return {
    object: (object) => reports.add(object),
    end(end) {
      write('{"apiVersion":"v1","kind":"List","items":[');
      let comma = '';
      for (const report of reports.all(end)) {
        write(`${comma}\n${JSON.stringify(report)}`);
        comma = ',';
      }
      write('\n]}\n');
    },
  };
};
