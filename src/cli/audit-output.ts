import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { reason } from '../manifests/reason.ts';
import { UserError } from './errors.ts';

/** Where a report goes: standard output, or a file. That is opened when the first object was judged, or all is done. */
export class ReportOutput {
  readonly #file: string | undefined;
  #stream: Writable | undefined;
  /** What was written before. */
  #held = '';
  #error: Error | undefined;
  #isFull = false;

  constructor(stdout: Writable, file: string | undefined) {
    this.#file = file;
    if (file === undefined) this.#stream = stdout;
  }

  write(text: string): void {
    if (this.#stream === undefined) this.#held += text;
    else if (!this.#stream.write(text)) this.#isFull = true;
  }

  /** Waits where whoever reads is slower than we write, so that what is written does not pile up here. */
  async ready(): Promise<void> {
    const stream = this.#open();
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#complain();
    // Whatever came of it, `end` says.
    if (stream.writableNeedDrain) await once(stream, 'drain').catch(() => undefined);
  }

  /** The file is complete, or a UserError says why not. */
  async end(): Promise<void> {
    const stream = this.#open();
    if (this.#file === undefined) return;
    stream.end();
    await finished(stream).catch((error: Error) => (this.#error ??= error));
    this.#complain();
  }

  /** Not before, because it empties the file. */
  #open(): Writable {
    if (this.#stream !== undefined) return this.#stream;
    const stream = createWriteStream(this.#file ?? '');
    stream.on('error', (error) => (this.#error = error));
    this.#stream = stream;
    if (this.#held !== '') this.write(this.#held);
    this.#held = '';
    return stream;
  }

  #complain(): void {
    if (this.#error === undefined) return;
    throw new UserError(`--output-file: ${this.#file} cannot be written: ${reason(this.#error)}`);
  }
}
