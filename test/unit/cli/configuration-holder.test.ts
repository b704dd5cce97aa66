import { unwatchFile, watchFile, type Stats } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, it, vi, type TestContext } from 'vitest';

import type { NamespaceInfo } from '../../../src/admission/ports.ts';
import { holdConfiguration, type ConfigurationHolder } from '../../../src/cli/configuration-holder.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { labelsOf } from '../admission/contexts.ts';
import { written } from '../config/configurations.ts';
import { memoryLog } from '../telemetry/logs.ts';
import { samples } from '../telemetry/samples.ts';

const namespaces: readonly NamespaceInfo[] = [
  { name: 'bare', labels: {} },
  { name: 'shop', labels: labelsOf({ enforce: 'off', warn: 'team' }) },
];

interface Held {
  readonly holder: ConfigurationHolder;
  readonly file: string;
  /** Replaces the file whole, so that no poll sees half of it, and waits until it has been looked at. */
  readonly replace: (text: string) => Promise<void>;
  /** The message and the reason of each line. */
  readonly log: () => unknown[];
  readonly reloads: () => Promise<string[]>;
  readonly profiles: () => string[];
}

/** A file of the running test, which need not be there yet. The tests run side by side, hence the context. */
async function fileOf({ onTestFinished }: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gracegate-unit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'gracegate.yaml');
}

/** Holds a configuration with this below its first two lines, until the test ends. */
async function hold(body: string, context: TestContext): Promise<Held> {
  const file = await fileOf(context);
  await writeFile(file, written(body));
  const { logger, lines } = memoryLog();
  const metrics = createMetrics('1');
  const holder = await holdConfiguration(file, () => namespaces, logger, metrics);
  context.onTestFinished(() => holder.close());
  return {
    holder,
    file,
    async replace(text) {
      const before = lines.length;
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
      await vi.waitUntil(() => lines.length > before, { timeout: 10_000, interval: 20 });
    },
    log: () => lines.map(({ message, reason }) => [message, reason]),
    reloads: async () => (await samples(metrics)).filter((line) => line.includes('reload')),
    profiles: () => [...holder.current().profiles.keys()],
  };
}

const stays = 'the new configuration is refused, the old one stays';
const reloaded = 'the configuration was reloaded';

it('without a file the built-in configuration is held, and nothing is watched', async ({ expect }) => {
  const metrics = createMetrics('1');
  const holder = await holdConfiguration(undefined, () => namespaces, memoryLog().logger, metrics);
  expect([...holder.current().profiles.keys()]).toEqual(['baseline', 'strict']);
  expect((await samples(metrics)).filter((line) => line.includes('what="configuration"'))).toEqual([]);
  holder.close();
});

describe('the first reading', () => {
  it('is a success, but no reload', async (context) => {
    const { expect } = context;
    const { reloads, log } = await hold('', context);
    expect(await reloads()).toEqual(['gracegate_last_reload_successful{what="configuration"} 1']);
    expect(log()).toEqual([]);
  });

  it.for<[string, string | undefined, string]>([
    ['that is not there', undefined, 'cannot read the configuration FILE: no such file or folder'],
    [
      'that is broken',
      'profile: {}',
      'FILE:3: profile: unknown field; known are apiVersion, kind, defaults, exemptions, profiles, workloads',
    ],
  ])('of a file %s fails', async ([_name, body, message], context) => {
    const { expect } = context;
    const file = await fileOf(context);
    if (body !== undefined) await writeFile(file, written(body));
    const holding = holdConfiguration(file, () => [], memoryLog().logger, createMetrics('1'));
    await expect(holding).rejects.toMatchObject({ message: message.replace('FILE', file) });
  });
});

// Files are looked at every second, so the tests wait for that side by side.
describe.concurrent('a file that changes', () => {
  it('is taken over', async (context) => {
    const { expect } = context;
    const held = await hold('profiles: { team: {} }', context);
    const before = held.holder.current();
    await held.replace(written('profiles: { team: {}, other: {} }'));
    expect(held.profiles()).toEqual(['baseline', 'strict', 'team', 'other']);
    // A review that is being answered goes on with what it began with.
    expect([...before.profiles.keys()]).toEqual(['baseline', 'strict', 'team']);
    expect(held.log()).toEqual([[reloaded, undefined]]);
  });

  it.for<[string, string, string]>([
    [
      'is no YAML',
      written('profiles: ['),
      'FILE:3: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['is empty', '', 'FILE: the file is empty'],
    [
      'has something wrong',
      written('profiles: { team: { pods: refuse } }'),
      'FILE:3: profiles.team.pods: must be one of deny, warn, not "refuse"',
    ],
    [
      'lacks a profile that a namespace names',
      written(''),
      'profile team is gone, but namespace shop still names it: change the label of the namespace first',
    ],
    [
      'changes a default',
      written('defaults: { enforce: strict }\nprofiles: { team: {} }'),
      'defaults.enforce changes from nothing to strict: the namespace selectors of the webhooks follow it, ' +
        'so register them again and restart instead',
    ],
  ])(
    'and %s is refused; the old one stays until there is a good one',
    async ([_name, next, reason], context) => {
      const { expect } = context;
      const held = await hold('profiles: { team: {} }', context);
      await held.replace(next);
      expect(held.profiles()).toEqual(['baseline', 'strict', 'team']);
      expect(held.log()).toEqual([[stays, reason.replace('FILE', held.file)]]);
      expect(await held.reloads()).toContain('gracegate_last_reload_successful{what="configuration"} 0');

      await held.replace(written('profiles: { team: {}, good: {} }'));
      expect(held.profiles()).toEqual(['baseline', 'strict', 'team', 'good']);
      expect(await held.reloads()).toContain('gracegate_last_reload_successful{what="configuration"} 1');
    },
  );

  it('and is gone leaves the old one in use; it is read when it is back', async (context) => {
    const { expect } = context;
    const held = await hold('profiles: { team: {} }', context);
    const gone = isGone(held.file);
    await rm(held.file);
    await gone;
    expect(held.log()).toEqual([]);
    await held.replace(written('profiles: { team: {}, back: {} }'));
    expect(held.profiles()).toEqual(['baseline', 'strict', 'team', 'back']);
    expect(held.log()).toEqual([[reloaded, undefined]]);
  });

  it('is followed no more once it is let go', async (context) => {
    const { expect } = context;
    const held = await hold('profiles: { team: {} }', context);
    held.holder.close();
    const other = await hold('profiles: { team: {} }', context);
    await writeFile(held.file, written('profiles: { team: {}, late: {} }'));
    // Polled as often, and begun later: when this one has been seen, the first would have been too.
    await other.replace(written('profiles: { team: {}, late: {} }'));
    await other.replace(written('profiles: { team: {} }'));
    expect(held.profiles()).toEqual(['baseline', 'strict', 'team']);
  });
});

/** Resolves when a watcher has seen that a file is gone; Node shares one among all that watch the same file. */
function isGone(file: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = ({ mtimeMs }: Stats): void => {
      if (mtimeMs !== 0) return;
      unwatchFile(file, listener);
      resolve();
    };
    watchFile(file, { interval: 1000 }, listener);
  });
}
