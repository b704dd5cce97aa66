import { livenessProbe } from '../../../../src/policy/checks/liveness-probe.ts';
import { testCheck } from './check-table.ts';
import { probeCases } from './probe-cases.ts';

testCheck(
  livenessProbe,
  probeCases(
    'livenessProbe',
    'container app: no liveness probe [liveness-probe]; a hung process would never be restarted',
  ),
);
