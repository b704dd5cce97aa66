import { readinessProbe } from '../../../../src/policy/checks/readiness-probe.ts';
import { testCheck } from './check-table.ts';
import { probeCases } from './probe-cases.ts';

testCheck(
  readinessProbe,
  probeCases(
    'readinessProbe',
    'container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer',
  ),
);
