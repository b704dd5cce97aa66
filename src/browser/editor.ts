/** The editor: CodeMirror for YAML, with violations at their places. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Mark } from '../playground/answer.ts';
import { colours, look } from './look.ts';

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  /** For the style elements that it makes. */
  readonly nonce: string;
  readonly changed: () => void;
}

export class Editor {
  readonly #view: EditorView;

  constructor({ parent, text, nonce, changed }: EditorOptions) {
    const state = EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({
          'aria-labelledby': 'manifests',
          'aria-describedby': 'keys',
          // It is reached without, but not every tool knows.
          tabindex: '0',
        }),
        EditorView.updateListener.of(({ docChanged }) => {
          if (docChanged) changed();
        }),
        [yaml(), indentUnit.of('  '), indentOnInput(), bracketMatching()],
        [lineNumbers(), lintGutter(), highlightActiveLineGutter(), highlightActiveLine(), drawSelection()],
        [history(), highlightSelectionMatches(), syntaxHighlighting(colours), look],
        // Tab is not among them: it leaves the editor, as everywhere else.
        keymap.of([...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      ],
    });
    this.#view = new EditorView({ state, parent });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** As if it were typed, so that it can be undone. */
  replace(text: string): void {
    const { state } = this.#view;
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      selection: { anchor: 0 },
      scrollIntoView: true,
      userEvent: 'input.example',
    });
  }

  focus(): void {
    this.#view.focus();
  }

  show(marks: readonly Mark[]): void {
    const { doc } = this.#view.state;
    this.#view.dispatch(
      setDiagnostics(
        this.#view.state,
        marks.map((mark) => diagnosticOf(mark, doc)),
      ),
    );
  }

  moveTo(line: number, column: number): void {
    const anchor = offsetOf(this.#view.state.doc, line, column);
    this.#view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    this.#view.focus();
  }
}

/** To the end of the line, as a place is where something begins. */
function diagnosticOf({ line, column, severity, check, message }: Mark, doc: Text): Diagnostic {
  const from = offsetOf(doc, line, column);
  const { to } = doc.lineAt(from);
  return { from, to, severity, message, ...(check !== undefined && { source: check }) };
}

/** The text may have become shorter since it was judged. */
function offsetOf(doc: Text, line: number, column: number): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + column - 1, to);
}
