/**
 * What the page does beyond being read: it filters, opens and closes. Without it everything is there. Written for a browser,
 * and not bundled: the page holds its hash.
 */
export const script = `'use strict';
(() => {
  const form = document.getElementById('filter');
  if (form === null) return;
  const status = document.getElementById('shown');
  const objects = [...document.querySelectorAll('.object')];
  const sections = [...document.querySelectorAll('section.namespace')];
  const details = objects.filter((object) => object.localName === 'details');
  const fields = ['search', 'action', 'check', 'namespace'].map((name) => form.elements.namedItem(name));
  /** The text of each object in lower case, once it is asked for. */
  const texts = new Map();
  const textOf = (object) => {
    let text = texts.get(object);
    if (text === undefined) {
      // The words of the pictures name things that are no problem.
      const parts = [object.dataset.namespace, object.querySelector('summary'), object.querySelector('.body > .where'),
        object.querySelector('.violations')].map((part) => (typeof part === 'string' ? part : part ? part.textContent : ''));
      text = (object.localName === 'li' ? parts[0] + ' ' + object.textContent : parts.join(' ')).toLowerCase();
      texts.set(object, text);
    }
    return text;
  };
  const has = (list, value) => value === '' || list.split(' ').includes(value);
  const filter = () => {
    const [search, action, check, namespace] = fields.map((field) => field.value);
    const words = search.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    const isFiltered = words.length > 0 || action !== '' || check !== '' || namespace !== '';
    let shown = 0;
    for (const object of objects) {
      const data = object.dataset;
      const matches = has(data.actions, action) && has(data.checks, check) &&
        (namespace === '' || namespace === '=' + data.namespace) && words.every((word) => textOf(object).includes(word));
      object.hidden = !matches;
      if (matches) shown += 1;
    }
    for (const section of sections) {
      section.hidden = isFiltered && section.querySelector('.object:not([hidden])') === null;
      section.classList.toggle('filtered', isFiltered);
    }
    status.textContent = isFiltered
      ? shown.toLocaleString('en-US') + ' of ' + objects.length.toLocaleString('en-US') + ' objects match'
      : objects.length.toLocaleString('en-US') + (objects.length === 1 ? ' object' : ' objects') + ' listed';
  };
  let waiting = 0;
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter, 0));
  const all = (open) => {
    for (const detail of details) if (!detail.hidden) detail.open = open;
  };
  document.getElementById('open-all').addEventListener('click', () => all(true));
  document.getElementById('close-all').addEventListener('click', () => all(false));
  const follow = () => {
    let id = '';
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = document.getElementById(id);
    if (target !== null && target.localName === 'details') {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener('hashchange', follow);
  /** Paper has nothing to click on. */
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const detail of closed) detail.open = true;
  });
  addEventListener('afterprint', () => {
    for (const detail of closed) detail.open = false;
    closed = [];
  });
  form.hidden = false;
  filter();
  follow();
})();
`;
