import type { IncomingMessage } from 'node:http';
import type { Json } from '../policy/json.ts';
import { BodyBudget } from './body-budget.ts';
import { bodyShape } from './body-shape.ts';
import { CallError } from './errors.ts';
import { MemoryReturner } from './memory.ts';
import { withoutManagedFields } from './review-text.ts';

/**
 * 7 MiB: the API server accepts objects of 3 MiB and a review holds two, the new and the old; controller-runtime allows
 * the same. Fastify's default of 1 MiB would refuse reviews of large objects.
 */
export const maxBodyBytes = 7 * 1024 * 1024;

/**
 * Bytes that bodies may take at once, over all connections, until they are answered. Reviews are about 10 KB, so this is
 * thousands of them; it keeps clients that open many connections and send slowly from filling the memory of a small pod.
 */
const budgetBytes = 32 * 1024 * 1024;

/**
 * A body that is announced to be no larger has a budget of its own: nearly every review is such a one, and must not wait
 * because somebody sends large ones slowly.
 */
const smallBodyBytes = 64 * 1024;

/** What a value takes once it is parsed, in bytes: an empty object, the worst of those that can be many. */
const bytesOfValue = 64;

/**
 * Milliseconds for which the rest of a refused body is thrown away before the answer. A client that is still writing when
 * the connection is closed gets a broken pipe, and never sees the answer: not its code, nor its Retry-After.
 */
const discardMs = 1000;

/** Reads JSON bodies within a budget of memory. */
export class BodyReader {
  readonly #memory = new MemoryReturner();
  readonly #small = new BodyBudget(budgetBytes);
  readonly #large = new BodyBudget(budgetBytes);
  /** Gives back what bodies take that are read and not answered yet. */
  readonly #unanswered = new WeakMap<IncomingMessage, () => void>();

  /**
   * Reads and parses one body. The callback gets a CallError for what is refused. What is read counts as held until
   * {@link answered}.
   */
  read(message: IncomingMessage, done: (error: CallError | null, body?: Json) => void): void {
    const announced = Number(message.headers['content-length'] ?? NaN);
    if (announced > maxBodyBytes) {
      refuse(message, () => done(new CallError('too-large')));
      return;
    }
    const isSmall = announced <= smallBodyBytes;
    const budget = isSmall ? this.#small : this.#large;
    const chunks: Buffer[] = [];
    let size = 0;
    let isDone = false;
    const release = (): void => {
      isDone = true;
      budget.give(size);
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
      // Node reads no more than what was announced.
      if (size + chunk.length > maxBodyBytes) refuseRest('too-large');
      else if (!budget.take(chunk.length)) refuseRest('busy');
      else {
        size += chunk.length;
        chunks.push(chunk);
      }
    };
    const onEnd = (): void => {
      const text = withoutManagedFields(joined(chunks, size));
      const shape = bodyShape(text);
      if (typeof shape === 'string') {
        finish(new CallError(shape));
        return;
      }
      const taken = shape.values * bytesOfValue;
      // The text is given back first: it is garbage once it is parsed.
      release();
      if (!budget.take(taken)) {
        done(new CallError('busy'));
        return;
      }
      this.#unanswered.set(message, () => budget.give(taken));
      const body = parsed(text);
      if (body instanceof CallError) done(body);
      else done(null, body.json);
    };
    // The client went away in the middle; the answer reaches nobody, but the memory is given back.
    const onClose = (): void => finish(new CallError('request-timeout'));
    message.on('data', onData).on('end', onEnd).on('close', onClose);
  }

  /** The body of a message is needed no more. */
  answered(message: IncomingMessage): void {
    this.#unanswered.get(message)?.();
    this.#unanswered.delete(message);
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

function joined(chunks: readonly Buffer[], size: number): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
}

function parsed(text: string): { readonly json: Json } | CallError {
  try {
    return { json: JSON.parse(text) as Json };
  } catch {
    return new CallError('malformed-json');
  }
}
