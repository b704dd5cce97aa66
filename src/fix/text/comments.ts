import { CST, Lexer } from 'yaml';

/** The comments of a text in their order, as the lexer of YAML tells them from what only looks like one. */
export function commentsOf(text: string): string[] {
  const comments: string[] = [];
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isScalar && lexeme.startsWith('#')) comments.push(lexeme.trimEnd());
    // What follows this mark is the text of a scalar, whatever it looks like.
    isScalar = lexeme === CST.SCALAR;
  }
  return comments;
}
