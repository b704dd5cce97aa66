import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { reason } from '../manifests/reason.ts';
import { UserError } from './errors.ts';

/** Where a report goes: standard output, or a file. */
export class ReportOutput {
  readonly #stream: Writable;
  readonly #file: string | undefined;
  #error: Error | undefined;
  #isFull = false;

  constructor(stdout: Writable, file: string | undefined) {
    this.#file = file;
    this.#stream = file === undefined ? stdout : createWriteStream(file);
    if (file !== undefined) this.#stream.on('error', (error) => (this.#error = error));
  }

  write(text: string): void {
    if (!this.#stream.write(text)) this.#isFull = true;
  }

  /** Waits where whoever reads is slower than we write, so that what is written does not pile up here. */
  async ready(): Promise<void> {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#complain();
    // Whatever came of it, `end` says.
    if (this.#stream.writableNeedDrain) await once(this.#stream, 'drain').catch(() => undefined);
  }

  /** The file is complete, or a UserError says why not. */
  async end(): Promise<void> {
    if (this.#file === undefined) return;
    this.#stream.end();
    await finished(this.#stream).catch((error: Error) => (this.#error ??= error));
    this.#complain();
  }

  #complain(): void {
    if (this.#error === undefined) return;
    throw new UserError(`--output-file: ${this.#file} cannot be written: ${reason(this.#error)}`);
  }
}
