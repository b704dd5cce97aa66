/** What the server has put into the page. */

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

/** Texts of the examples, in the order of the list. */
export function readExamples(): readonly string[] {
  return JSON.parse(byId('examples').textContent ?? '[]') as string[];
}

/** Of the script that runs. Browsers show it to scripts, but in no attribute. */
export function readNonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}
