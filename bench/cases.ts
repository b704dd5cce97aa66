/** What is asked under load, and what has to come back for a measurement to mean anything. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, type Answer } from './ask.ts';
import { bareReview, cleanReview } from './reviews.ts';
import type { Gracegate } from './servers.ts';

export interface Case {
  readonly name: string;
  /** With the time-out that the API server appends. */
  readonly path: string;
  readonly body: string;
  /** The same, for the load generator. */
  readonly bodyFile: string;
  readonly isRight: (answer: Answer) => boolean;
}

/** The four cases; the bodies are written to the folder. */
export async function prepareCases(dir: string): Promise<readonly Case[]> {
  const clean = await writeBody(dir, 'clean.json', await cleanReview());
  const bare = await writeBody(dir, 'bare.json', await bareReview());
  const mutate = { path: '/mutate?timeout=5s', isRight: isPatched };
  const enforce = '/validate/enforce?timeout=5s';
  return [
    { name: 'mutate, clean', ...mutate, ...clean },
    { name: 'mutate, no probes and requests', ...mutate, ...bare },
    { name: 'validate, clean', path: enforce, isRight: isAllowed, ...clean },
    { name: 'validate, no probes and requests: refused', path: enforce, isRight: isRefused, ...bare },
  ];
}

/** Throws unless Gracegate answers a case as it should. */
export async function checkCase(url: string, ca: string, { name, path, body, isRight }: Case): Promise<void> {
  const answer = await ask(url + path, ca, body);
  if (!isRight(answer)) throw new Error(`${name}: not what is to be measured: ${JSON.stringify(answer)}`);
}

/** Throws when Gracegate could not judge some of the reviews of a load. */
export async function requireNoFailures({ failedReviews }: Gracegate): Promise<void> {
  const count = await failedReviews();
  if (count > 0) throw new Error(`${count} reviews could not be judged; nothing was measured`);
}

async function writeBody(dir: string, name: string, review: object) {
  const body = JSON.stringify(review);
  const bodyFile = join(dir, name);
  await writeFile(bodyFile, body);
  return { body, bodyFile };
}

const isAllowed = ({ response }: Answer): boolean => response?.allowed === true;

const isRefused = ({ response }: Answer): boolean =>
  response?.allowed === false && response.status?.code === 403;

function isPatched(answer: Answer): boolean {
  const patch = Buffer.from(answer.response?.patch ?? '', 'base64').toString();
  return isAllowed(answer) && patch.includes('"sleep"') && patch.includes('terminationGracePeriodSeconds');
}
