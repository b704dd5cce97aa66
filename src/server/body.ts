import type { IncomingMessage } from 'node:http';
import type { Json } from '../policy/json.ts';
import { CallError } from './errors.ts';
import { MemoryReturner } from './memory.ts';
import { withoutManagedFields } from './review-text.ts';

/**
 * 7 MiB: the API server accepts objects of 3 MiB and a review holds two, the new and the old; controller-runtime allows
 * the same. Fastify's default of 1 MiB would refuse reviews of large objects.
 */
export const maxBodyBytes = 7 * 1024 * 1024;

/**
 * Bytes of bodies that may be held at once, over all connections. Reviews are about 10 KB, so this is thousands of them;
 * it keeps a client that opens many connections and sends slowly from filling the memory of a small pod.
 */
const maxHeldBytes = 32 * 1024 * 1024;

/**
 * Milliseconds for which the rest of a refused body is thrown away before the answer. A client that is still writing when
 * the connection is closed gets a broken pipe, and never sees the answer: not its code, nor its Retry-After.
 */
const discardMs = 1000;

/** JSON that Kubernetes accepts is nested at most 10,000 deep; no object comes near this. */
const maxDepth = 1000;

/** A body smaller than this holds at most twice that depth, which does no harm, so it is not looked through. */
const depthCheckBytes = 4 * 1024;

/** Reads JSON bodies within a budget of memory. */
export class BodyReader {
  readonly #memory = new MemoryReturner();
  #heldBytes = 0;

  /** Reads and parses one body. The callback gets a CallError for what is refused. */
  read(message: IncomingMessage, done: (error: CallError | null, body?: Json) => void): void {
    const announced = Number(message.headers['content-length'] ?? 0);
    if (announced > maxBodyBytes) {
      refuse(message, () => done(new CallError('too-large')));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    let isDone = false;
    const release = (): void => {
      isDone = true;
      this.#heldBytes -= size;
      this.#memory.handled(size);
      message.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const finish = (error: CallError | null, body?: Json): void => {
      if (isDone) return;
      release();
      done(error, body);
    };
    const refuseRest = (code: 'too-large' | 'busy'): void => {
      release();
      chunks.length = 0;
      refuse(message, () => done(new CallError(code)));
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      this.#heldBytes += chunk.length;
      chunks.push(chunk);
      if (size > maxBodyBytes) refuseRest('too-large');
      else if (this.#heldBytes > maxHeldBytes) refuseRest('busy');
    };
    const onEnd = (): void => {
      const parsed = parse(chunks, size);
      if (parsed instanceof CallError) finish(parsed);
      else finish(null, parsed.body);
    };
    // The client went away in the middle; the answer reaches nobody, but the memory is given back.
    const onClose = (): void => finish(new CallError('request-timeout'));
    message.on('data', onData).on('end', onEnd).on('close', onClose);
  }
}

/** Throws away what is left of a body, for a while at most, and then calls back, once. */
function refuse(message: IncomingMessage, done: () => void): void {
  const answer = (): void => {
    clearTimeout(timer);
    message.off('end', answer).off('close', answer);
    done();
  };
  const timer = setTimeout(answer, discardMs);
  message.on('end', answer).on('close', answer).resume();
}

function parse(chunks: readonly Buffer[], size: number): { body: Json } | CallError {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
  if (size > depthCheckBytes && isTooDeep(bytes)) return new CallError('too-deep');
  try {
    return { body: JSON.parse(withoutManagedFields(bytes)) as Json };
  } catch {
    return new CallError('malformed-json');
  }
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Deeply nested JSON costs far more memory than its bytes, and recursion over it overflows the stack. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (inString) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) {
      inString = true;
    } else if (byte === openBracket || byte === openBrace) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === closeBracket || byte === closeBrace) {
      depth -= 1;
    }
  }
  return false;
}
