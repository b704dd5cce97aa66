/** Asks for verdicts while somebody types: not at every key, and never shows an old one after a newer one. */
import type { Answer, Question, Refusal } from '../playground/answer.ts';

/** Milliseconds of silence after which a text is worth judging. */
const pauseMs = 250;

/** Milliseconds after which a server that does not answer is asked again. */
const retryMs = 2000;

export interface JudgeEvents {
  /** Called when it is to be asked, for what is there then. */
  readonly question: () => Question;
  /** The text has changed since the last answer. */
  readonly waiting: () => void;
  readonly answered: (answer: Answer) => void;
  /** There is no answer. What was answered before is that of another text. */
  readonly refused: (sentence: string) => void;
}

export class Judge {
  readonly #events: JudgeEvents;
  /** Characters. */
  readonly #most: number;
  readonly #tooLong: string;
  #timer = 0;
  #asking: AbortController | undefined;

  /** @param tooLong what to say of a text with more characters than `most` */
  constructor(events: JudgeEvents, most: number, tooLong: string) {
    this.#events = events;
    this.#most = most;
    this.#tooLong = tooLong;
  }

  changed(): void {
    this.#events.waiting();
    this.#askIn(pauseMs);
  }

  now(): void {
    this.#events.waiting();
    this.#askIn(0);
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    const question = this.#events.question();
    if (question.text.length > this.#most) {
      this.#events.refused(`This is too long: ${this.#tooLong}.`);
      return;
    }
    const answer = await askServer(question, asking.signal);
    if (asking.signal.aborted) return;
    if (answer === undefined) {
      this.#events.refused(
        'Gracegate does not answer. Does it still run? What you have typed is kept, and is judged when it is back.',
      );
      this.#askIn(retryMs);
    } else if ('error' in answer) {
      this.#events.refused(`There is no verdict: ${answer.error}.`);
    } else {
      this.#show(answer);
    }
  }

  #show(answer: Answer): void {
    try {
      this.#events.answered(answer);
    } catch (error) {
      this.#events.refused(
        'This page cannot show its verdict, which is a bug in Gracegate: please report it; the console of the browser says more.',
      );
      throw error;
    }
  }
}

/** Undefined where nobody answers, or not in our words. */
async function askServer(question: Question, signal: AbortSignal): Promise<Answer | Refusal | undefined> {
  try {
    const response = await fetch('/judge', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal,
    });
    return (await response.json()) as Answer | Refusal;
  } catch {
    return undefined;
  }
}
