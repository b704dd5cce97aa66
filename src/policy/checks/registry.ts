import type { Check } from '../check.ts';
import { cpuLimit } from './cpu-limit.ts';
import { cpuRequest } from './cpu-request.ts';
import { deregistrationDelay } from './deregistration-delay.ts';
import { ephemeralStorage } from './ephemeral-storage.ts';
import { execProbe } from './exec-probe.ts';
import { gracePeriod } from './grace-period.ts';
import { headlessService } from './headless-service.ts';
import { hpaBounds } from './hpa-bounds.ts';
import { hpaConflict } from './hpa-conflict.ts';
import { hpaReplicas } from './hpa-replicas.ts';
import { hpaRequests } from './hpa-requests.ts';
import { hpaStatefulSet } from './hpa-statefulset.ts';
import { hpaTarget } from './hpa-target.ts';
import { limitRange } from './limit-range.ts';
import { livenessBeforeReadiness } from './liveness-before-readiness.ts';
import { livenessFragile } from './liveness-fragile.ts';
import { livenessProbe } from './liveness-probe.ts';
import { memoryLimit } from './memory-limit.ts';
import { memoryRequest } from './memory-request.ts';
import { pdbBlocks } from './pdb-blocks.ts';
import { pdbMissing } from './pdb-missing.ts';
import { preStop } from './pre-stop.ts';
import { probePort } from './probe-port.ts';
import { qosClassCheck } from './qos-class.ts';
import { quotaFit } from './quota-fit.ts';
import { readinessGate } from './readiness-gate.ts';
import { readinessProbe } from './readiness-probe.ts';
import { replicas } from './replicas.ts';
import { rolloutDowntime } from './rollout-downtime.ts';
import { shellEntrypoint } from './shell-entrypoint.ts';
import { startupProbe } from './startup-probe.ts';
import { tlsReference } from './tls-reference.ts';
import { topologySpread } from './topology-spread.ts';
import { ttlAfterFinished } from './ttl-after-finished.ts';

/** Every check, in the order in which violations of one container are reported: that of the `topics`. */
export const checks: readonly Check[] = [
  cpuRequest,
  memoryRequest,
  cpuLimit,
  memoryLimit,
  ephemeralStorage,
  limitRange,
  qosClassCheck,
  quotaFit,
  readinessProbe,
  livenessProbe,
  startupProbe,
  livenessBeforeReadiness,
  livenessFragile,
  probePort,
  execProbe,
  readinessGate,
  preStop,
  gracePeriod,
  shellEntrypoint,
  deregistrationDelay,
  replicas,
  topologySpread,
  hpaTarget,
  hpaRequests,
  hpaBounds,
  hpaConflict,
  hpaStatefulSet,
  hpaReplicas,
  pdbMissing,
  pdbBlocks,
  rolloutDowntime,
  ttlAfterFinished,
  headlessService,
  tlsReference,
];
