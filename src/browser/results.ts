/** The verdicts: a tab for each profile, and the panel that shows the chosen one. */
import type { Answer, Mark, ProfileAnswer } from '../playground/answer.ts';
import { byId } from './page.ts';

/** Milliseconds of silence after which a verdict is said to those who hear the page. */
const quietMs = 1000;

/** Milliseconds after which a verdict that is shown is marked as that of an earlier text. */
const slowMs = 1000;

export class Results {
  readonly #tabs = byId('profiles');
  readonly #panel = byId('verdict');
  readonly #trouble = byId('trouble');
  readonly #said = byId('said');
  readonly #chosen: (name: string, marks: readonly Mark[]) => void;
  #answer: Answer = { profiles: [] };
  #name: string | undefined;
  /** What the panel shows. */
  #shown = '';
  /** True where that is of an earlier text. */
  #isStale = false;
  #saying = 0;
  #ageing = 0;

  /**
   * @param name of the profile to show first; the first one when there is none of that name
   * @param chosen called with the profile that is shown, and what it says of the text that is there now
   */
  constructor(name: string | undefined, chosen: (name: string, marks: readonly Mark[]) => void) {
    this.#name = name;
    this.#chosen = chosen;
    this.#tabs.addEventListener('keydown', (event) => this.#moved(event));
  }

  /** A new verdict has been asked for. Mostly it is there before anybody could read that. */
  waiting(): void {
    clearTimeout(this.#saying);
    clearTimeout(this.#ageing);
    this.#ageing = setTimeout(() => this.#age(), slowMs);
  }

  show(answer: Answer): void {
    this.#answer = answer;
    this.#trouble.hidden = true;
    clearTimeout(this.#ageing);
    this.#isStale = false;
    this.#panel.classList.remove('stale');
    this.#drawTabs();
    this.#draw();
  }

  /** What was shown before stays, marked as that of another text. */
  refuse(sentence: string): void {
    this.#age();
    const text = this.#shown === '' ? sentence : `${sentence} What is shown here is of an earlier text.`;
    // An alert is said again whenever it is written.
    if (!this.#trouble.hidden && this.#trouble.textContent === text) return;
    this.#trouble.textContent = text;
    this.#trouble.hidden = false;
  }

  /** Nothing of it is said, and nothing marked, in the text that is there now. */
  #age(): void {
    clearTimeout(this.#saying);
    clearTimeout(this.#ageing);
    if (this.#isStale) return;
    this.#isStale = true;
    this.#panel.classList.add('stale');
    this.#draw();
  }

  get #profile(): ProfileAnswer | undefined {
    const { profiles } = this.#answer;
    return profiles.find(({ name }) => name === this.#name) ?? profiles[0];
  }

  /** The tabs stay the same elements, so that none loses the focus. */
  #drawTabs(): void {
    const { profiles } = this.#answer;
    const before = [...this.#tabs.children].map(({ id }) => id);
    if (before.join('\n') !== profiles.map(({ name }) => tabId(name)).join('\n'))
      this.#tabs.replaceChildren(...profiles.map(({ name }) => this.#newTab(name)));
    for (const [index, { deny, warn }] of profiles.entries()) {
      const badges = this.#tabs.children[index]?.querySelector('.badges');
      badges?.replaceChildren(...badgeOf('deny', deny), ...badgeOf('warn', warn));
    }
  }

  #newTab(name: string): HTMLElement {
    const tab = document.createElement('button');
    tab.type = 'button';
    tab.id = tabId(name);
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', this.#panel.id);
    const badges = document.createElement('span');
    badges.className = 'badges';
    tab.append(name, badges);
    tab.addEventListener('click', () => this.#choose(name));
    return tab;
  }

  #choose(name: string): void {
    this.#name = name;
    this.#draw();
  }

  #draw(): void {
    const profile = this.#profile;
    if (profile === undefined) return;
    for (const tab of this.#tabs.querySelectorAll('button')) {
      const isChosen = tab.id === tabId(profile.name);
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    this.#panel.setAttribute('aria-labelledby', tabId(profile.name));
    if (this.#shown !== profile.html) this.#panel.innerHTML = profile.html;
    this.#shown = profile.html;
    if (!this.#isStale) this.#say(sentenceOf(profile));
    this.#chosen(profile.name, this.#isStale ? [] : profile.marks);
  }

  /** Once nobody types any more, and only what is new. */
  #say(sentence: string): void {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      if (this.#said.textContent !== sentence) this.#said.textContent = sentence;
    }, quietMs);
  }

  /** As people expect of tabs: arrows choose the next one. */
  #moved(event: KeyboardEvent): void {
    const tabs = [...this.#tabs.querySelectorAll('button')];
    const at = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const tab = tabs[steps[event.key] ?? -1];
    if (tab === undefined) return;
    event.preventDefault();
    tab.focus();
    tab.click();
  }
}

const tabId = (profile: string): string => `profile-${profile}`;

/** With the numbers, so that who mends one of many hears it. */
function sentenceOf({ name, summary, deny, warn }: ProfileAnswer): string {
  const counts = [...(deny > 0 ? [`${deny} deny`] : []), ...(warn > 0 ? [`${warn} warn`] : [])];
  return `${name}: ${summary}${counts.length === 0 ? '' : ` ${counts.join(', ')}.`}`;
}

function badgeOf(action: 'deny' | 'warn', count: number): HTMLElement[] {
  if (count === 0) return [];
  const badge = document.createElement('span');
  badge.className = `badge ${action}`;
  badge.textContent = `${count} ${action}`;
  return [badge];
}
