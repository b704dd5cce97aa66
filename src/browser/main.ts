/** The page of the playground: joins the editor, the judge and the results. */
import { Editor } from './editor.ts';
import { Judge } from './judge.ts';
import { keep, kept } from './kept.ts';
import { byId, readExamples, readNonce } from './page.ts';
import { Results } from './results.ts';

const examples = readExamples();
const place = byId('editor');
const list = byId('example') as HTMLSelectElement;
const patched = byId('patched') as HTMLInputElement;

patched.checked = kept('patched') !== 'false';

const editor = new Editor({
  parent: place,
  text: kept('text') ?? examples[0] ?? '',
  nonce: readNonce(),
  changed: () => {
    keep('text', editor.text);
    judge.changed();
  },
});

const results = new Results(kept('profile'), (name, marks) => {
  keep('profile', name);
  editor.show(marks);
});

const judge = new Judge(
  {
    question: () => ({ text: editor.text, patched: patched.checked }),
    waiting: () => results.waiting(),
    answered: (answer) => results.show(answer),
    refused: (sentence) => results.refuse(sentence),
  },
  Number(place.dataset['most']),
  place.dataset['tooLong'] ?? '',
);

patched.addEventListener('change', () => {
  keep('patched', String(patched.checked));
  judge.now();
});

byId('load').addEventListener('click', () => {
  editor.replace(examples[Number(list.value)] ?? '');
  // Where Ctrl-Z undoes it.
  editor.focus();
});

byId('verdict').addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('button.line') : null;
  if (button !== null) editor.moveTo(Number(button.dataset['line']), Number(button.dataset['column']));
});

// On paper the editor would show only what is on the screen.
addEventListener('beforeprint', () => {
  byId('printed').textContent = editor.text;
});

judge.now();
