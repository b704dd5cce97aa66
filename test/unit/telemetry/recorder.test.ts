import { describe, expect, it } from 'vitest';

import type { RefusalFacts } from '../../../src/admission/ports.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { createRecorder } from '../../../src/telemetry/recorder.ts';
import { memoryLog } from './logs.ts';
import { samples } from './samples.ts';

const refusal: RefusalFacts = {
  uid: 'the-uid',
  user: 'jane',
  operation: 'CREATE',
  dryRun: false,
  object: 'Deployment shop/web',
  profile: 'baseline',
  reason: 'Deployment shop/web would not start:\n  container app: no CPU request',
};

describe('the recorder of a server', () => {
  it('writes one line for a refusal, with everything that is known of it', () => {
    const { logger, lines } = memoryLog();
    createRecorder(createMetrics('1'), logger).refused(refusal);
    expect(lines).toEqual([{ level: 30, message: 'refused', ...refusal }]);
  });

  it('writes no line of any length, whatever it is called with', () => {
    const { logger, lines } = memoryLog();
    const recorder = createRecorder(createMetrics('1'), logger);
    const long = 'x'.repeat(3_000_000);
    const cut: unknown = expect.stringMatching(/^x+ \.\.\.$/);
    recorder.refused({ ...refusal, uid: long, user: long, object: long, reason: long });
    recorder.failed(`review ${long}`, new Error('no'));
    expect(lines[0]).toMatchObject({ ...refusal, uid: cut, user: cut, object: cut, reason: cut });
    expect(JSON.stringify(lines).length).toBeLessThan(80_000);
  });

  it.each<[string, unknown, object]>([
    [
      'an error',
      new TypeError('no'),
      { type: 'TypeError', message: 'no', stack: expect.stringContaining('recorder.test.ts') },
    ],
    ['what was thrown instead of one', 'no', { message: 'no' }],
  ])('writes one line for a failure: %s', (_name, error, err) => {
    const { logger, lines } = memoryLog();
    createRecorder(createMetrics('1'), logger).failed('review the-uid of Pod shop/web', error);
    expect(lines).toMatchObject([{ level: 50, message: 'review the-uid of Pod shop/web', err }]);
  });

  it('counts, and writes nothing about what is usual', async () => {
    const { logger, lines } = memoryLog();
    const metrics = createMetrics('1');
    const recorder = createRecorder(metrics, logger);
    recorder.reviewed({ path: 'warn', decision: 'allow' });
    recorder.violation('cpu-request', 'warn');
    recorder.violation('cpu-request', 'warn');
    recorder.mutated('pre-stop-sleep');
    recorder.exempted('annotation');
    recorder.liveRead('limitranges');
    expect(lines).toEqual([]);
    expect(
      (await samples(metrics)).filter((line) => line.includes('_total{') && !line.endsWith(' 0')),
    ).toEqual([
      'gracegate_reviews_total{webhook="warn",decision="allow"} 1',
      'gracegate_violations_total{check="cpu-request",action="warn"} 2',
      'gracegate_mutations_total{mutation="pre-stop-sleep"} 1',
      'gracegate_exemptions_total{reason="annotation"} 1',
      'gracegate_live_reads_total{resource="limitranges"} 1',
    ]);
  });
});
