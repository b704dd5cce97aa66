import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import type { Json } from '../../../src/policy/json.ts';
import { BodyReader, maxBodyBytes } from '../../../src/server/body.ts';
import type { CallError } from '../../../src/server/errors.ts';

const mebibyte = 1024 * 1024;

interface Reading {
  readonly message: IncomingMessage;
  /** The body, or the code of the refusal. */
  readonly outcome: Promise<{ body: Json | undefined } | { code: string }>;
  /** How often the reader has called back. */
  readonly calls: () => number;
}

/** A body that begins to arrive. */
function begin(reader: BodyReader, contentLength?: number): Reading {
  const message = new IncomingMessage(new Socket());
  if (contentLength !== undefined) message.headers['content-length'] = String(contentLength);
  let calls = 0;
  const outcome = new Promise<{ body: Json | undefined } | { code: string }>((resolve) => {
    reader.read(message, (error: CallError | null, body) => {
      calls += 1;
      resolve(error === null ? { body } : { code: error.code });
    });
  });
  return { message, outcome, calls: () => calls };
}

/** Reads a whole body that comes in these chunks. */
function read(reader: BodyReader, ...chunks: readonly (string | Buffer)[]): Reading['outcome'] {
  const { message, outcome } = begin(reader);
  for (const chunk of chunks) message.push(chunk);
  message.push(null);
  return outcome;
}

/** Lets what was pushed arrive. */
const arrived = () => new Promise((resolve) => setImmediate(resolve));

/** A JSON string of so many bytes. */
const stringOf = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;

describe('a body', () => {
  it.each<[string, (string | Buffer)[], Json]>([
    ['in one chunk', ['{"a":1}'], { a: 1 }],
    ['in several', ['{"a"', ':', '[1,2', ']}'], { a: [1, 2] }],
    ['cut within a character', [Buffer.from('"ü"').subarray(0, 2), Buffer.from('"ü"').subarray(2)], 'ü'],
    ['that is not an object', ['null'], null],
  ])('%s is read', async (_name, chunks, body) => {
    expect(await read(new BodyReader(), ...chunks)).toEqual({ body });
  });

  it.each([
    ['nothing', ''],
    ['blanks', '  \n'],
    ['a word', 'hello'],
    ['half of it', '{"a":'],
    ['two', '{}{}'],
    ['a byte order mark', '\uFEFF{}'],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x7b, 0x7d])],
  ])('of %s is no JSON', async (_name, body) => {
    expect(await read(new BodyReader(), body)).toEqual({ code: 'malformed-json' });
  });

  it('keeps a key called __proto__ as its own', async () => {
    const outcome = await read(new BodyReader(), '{"__proto__":{"polluted":true}}');
    expect(JSON.stringify(outcome)).toBe('{"body":{"__proto__":{"polluted":true}}}');
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('size', () => {
  it('up to 7 MiB is read', async () => {
    expect(await read(new BodyReader(), stringOf(maxBodyBytes))).toHaveProperty('body');
  });

  it('above that is refused when it is announced, unread', async () => {
    const { message, outcome } = begin(new BodyReader(), maxBodyBytes + 1);
    expect(await outcome).toEqual({ code: 'too-large' });
    expect(message.listenerCount('data')).toBe(0);
  });

  it('above that is refused when it arrives, although less was announced', async () => {
    const { message, outcome, calls } = begin(new BodyReader(), 10);
    message.push(stringOf(maxBodyBytes));
    message.push('x');
    expect(await outcome).toEqual({ code: 'too-large' });
    message.push(null);
    await arrived();
    expect(calls()).toBe(1);
  });
});

describe('nesting', () => {
  // A short body is not looked through.
  const padded = (json: string) => `{"body":${json},"padding":${stringOf(40_000)}}`;
  const arrays = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it.each([
    ['999 arrays in an object', padded(arrays(999))],
    ['999 objects in an object', padded(objects(999))],
    ['many side by side', padded(`[${Array.from({ length: 5000 }, () => '[{}]').join()}]`)],
    ['brackets in a string', padded(`"${'[{'.repeat(20_000)}"`)],
    ['brackets after an escaped quote', padded(String.raw`"\"${'['.repeat(20_000)}"`)],
    ['brackets after an escaped backslash and quote', padded(String.raw`"\\\"${'['.repeat(20_000)}"`)],
    ['brackets in a key', padded(`{"${'['.repeat(20_000)}":1}`)],
    ['a body of 4 KiB, deep as it is', arrays(2048)],
  ])('%s is read', async (_name, body) => {
    expect(await read(new BodyReader(), body)).toHaveProperty('body');
  });

  it.each([
    ['1000 arrays in an object', padded(arrays(1000))],
    ['1000 objects in an object', padded(objects(1000))],
    ['brackets after a string that ends in a backslash', padded(String.raw`["\\",${arrays(1000)}]`)],
    ['a body of little more than 4 KiB', arrays(2049)],
    ['7 MiB of brackets', '['.repeat(maxBodyBytes)],
  ])('%s is refused', async (_name, body) => {
    expect(await read(new BodyReader(), body)).toEqual({ code: 'too-deep' });
  });
});

describe('the budget of 32 MiB', () => {
  const most = stringOf(maxBodyBytes).slice(1);

  /** Four bodies that are all but complete: 28 MiB. */
  async function almostFull(reader: BodyReader): Promise<Reading[]> {
    const readings = Array.from({ length: 4 }, () => begin(reader));
    for (const { message } of readings) message.push(`"${most.slice(1)}`);
    await arrived();
    return readings;
  }

  it('is for all bodies together', async () => {
    const reader = new BodyReader();
    await almostFull(reader);
    expect(await read(reader, stringOf(3 * mebibyte))).toHaveProperty('body');
    expect(await read(reader, stringOf(5 * mebibyte))).toEqual({ code: 'busy' });
    // What was refused has given back what it held.
    expect(await read(reader, stringOf(3 * mebibyte))).toHaveProperty('body');
  });

  it.each<[string, (reading: Reading) => void]>([
    ['has been read', ({ message }) => message.push('"') && message.push(null)],
    ['is refused', ({ message }) => void message.push(stringOf(mebibyte))],
    ['lost its client', ({ message }) => void message.destroy()],
  ])('is given back when a body %s', async (_name, end) => {
    const reader = new BodyReader();
    const readings = await almostFull(reader);
    for (const reading of readings) end(reading);
    await Promise.all(readings.map(({ outcome }) => outcome));
    const again = await almostFull(reader);
    expect(again.map(({ calls }) => calls())).toEqual([0, 0, 0, 0]);
    expect(await read(reader, stringOf(3 * mebibyte))).toHaveProperty('body');
  });
});

describe('the budget of small bodies', () => {
  const small = '{"a":1}';
  const announced = (reader: BodyReader): Promise<unknown> => {
    const { message, outcome } = begin(reader, small.length);
    message.push(small);
    message.push(null);
    return outcome;
  };

  it('is another than that of large ones', async () => {
    const reader = new BodyReader();
    const readings = Array.from({ length: 5 }, () => begin(reader));
    // Slow clients, which hold all but a few bytes of what there is.
    for (const { message } of readings.slice(0, 4)) message.push(stringOf(maxBodyBytes).slice(1));
    readings[4]?.message.push(stringOf(4 * mebibyte).slice(6));
    await arrived();
    expect(readings.map(({ calls }) => calls())).toEqual([0, 0, 0, 0, 0]);
    expect(await read(reader, small)).toEqual({ code: 'busy' });
    expect(await announced(reader)).toEqual({ body: { a: 1 } });
  });
});

describe('values', () => {
  const many = `[${'0,'.repeat(250_000)}0]`;

  it('count as what they take in memory until they are answered', async () => {
    const reader = new BodyReader();
    const readings = [begin(reader), begin(reader)];
    for (const { message } of readings) for (const chunk of [many, null]) message.push(chunk);
    const outcomes = await Promise.all(readings.map(({ outcome }) => outcome));
    expect(outcomes.map((outcome) => 'body' in outcome)).toEqual([true, true]);
    expect(await read(reader, many)).toEqual({ code: 'busy' });
    for (const { message } of readings) reader.answered(message);
    // Nothing is given back twice.
    for (const { message } of readings) reader.answered(message);
    expect('body' in (await read(reader, many))).toBe(true);
    expect('body' in (await read(reader, many))).toBe(true);
    expect(await read(reader, many)).toEqual({ code: 'busy' });
  });
});

it('a client that goes away is told so once, to whom it may concern', async () => {
  const { message, outcome, calls } = begin(new BodyReader());
  message.push('{"half":');
  message.destroy();
  expect(await outcome).toEqual({ code: 'request-timeout' });
  await arrived();
  expect(calls()).toBe(1);
});
