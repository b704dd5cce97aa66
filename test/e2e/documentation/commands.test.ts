import { describe, expect, it } from 'vitest';
import { commandsIn, patternOf } from './commands.ts';

const page = `
Run \`npm test\`, or \`kubectl
apply -f x\`. Neither \`gracegate.dev/mutate\` nor \`kubectl\` is one.

\`\`\`sh
# A comment.
gracegate audit -f a#b   # what is wrong
helm install x charts/x \\
  --set a=b

\`\`\`

\`\`\`yaml
run: npm ci
\`\`\`

\`\`\`console
$ kubectl label namespace shop a=b
$ kubectl apply -f x
Error: ... denied:
two lines
\`\`\`
`;

describe('commands', () => {
  it('are found in text and in blocks', () => {
    expect(commandsIn(page)).toEqual([
      { line: 'npm test', shown: undefined },
      { line: 'kubectl apply -f x', shown: undefined },
      { line: 'gracegate audit -f a#b', shown: undefined },
      { line: 'helm install x charts/x --set a=b', shown: undefined },
      { line: 'kubectl label namespace shop a=b', shown: undefined },
      { line: 'kubectl apply -f x', shown: 'Error: ... denied:\ntwo lines' },
    ]);
  });
});

describe('output that is shown', () => {
  const shown = patternOf('Error: ... denied:\ntwo lines');

  it('may leave out what it marks, and break lines elsewhere', () => {
    expect('Error: it was denied: two\n  lines\n').toMatch(shown);
    expect('before\nError: it was denied: two lines\nafter').toMatch(patternOf('...\ntwo lines\n...'));
  });

  it.each(['Error: it was denied: two lines and more', 'x Error: denied: two lines', 'Error: denied: two'])(
    'is not %j',
    (printed) => {
      expect(printed).not.toMatch(shown);
    },
  );
});
