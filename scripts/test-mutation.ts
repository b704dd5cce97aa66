/**
 * `npm run test:mutation [-- FILE...]`: changes each file of the policy core in every way that Stryker knows, and counts
 * the changes that the file's own tests notice. One file at a time, against the tests of the same name: all tests
 * together notice more, but would take half a day.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly mutants: readonly {
          readonly status: string;
          readonly mutatorName: string;
          readonly replacement?: string;
          readonly location: { readonly start: { readonly line: number } };
        }[];
      }
    >
  >;
}

interface Score {
  readonly noticed: number;
  readonly all: number;
}

const detected = new Set(['Killed', 'Timeout']);
const undetected = new Set(['Survived', 'NoCoverage']);

const testOf = (file: string): string => file.replace(/^src\//, 'test/unit/').replace(/\.ts$/, '.test.ts');

const wanted = process.argv.slice(2);
const files = (wanted.length > 0 ? wanted : globSync('src/policy/**/*.ts').toSorted()).filter((file) =>
  existsSync(testOf(file)),
);
const total = { noticed: 0, all: 0 };
for (const file of files) {
  const { noticed, all } = await mutate(file);
  total.noticed += noticed;
  total.all += all;
}
process.stdout.write(`${files.length} files: ${percent(total)}\n`);

async function mutate(file: string): Promise<Score> {
  const stryker = spawn('npx', ['stryker', 'run', '--mutate', file], {
    env: { ...process.env, GRACEGATE_MUTATION_TESTS: testOf(file) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(stryker, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`stryker ended with ${code} on ${file}`);
  const report = JSON.parse(await readFile('reports/mutation.json', 'utf8')) as Report;
  const mutants = Object.values(report.files).flatMap((one) => one.mutants);
  const survivors = mutants.filter(({ status }) => undetected.has(status));
  const noticed = mutants.filter(({ status }) => detected.has(status)).length;
  const score = { noticed, all: noticed + survivors.length };
  process.stdout.write(`${file}: ${percent(score)}\n`);
  for (const { location, mutatorName, replacement = '' } of survivors) {
    const change = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
    process.stdout.write(`  ${file}:${location.start.line}: ${mutatorName}: ${change}\n`);
  }
  return score;
}

function percent({ noticed, all }: Score): string {
  return `${noticed} of ${all} changes noticed (${all === 0 ? 100 : Math.round((100 * noticed) / all)} %)`;
}
