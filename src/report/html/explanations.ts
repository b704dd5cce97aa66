/** What the checks that found something mean. */
import { assumedRemovalSeconds } from '../../policy/life/life.ts';
import { element, type Markup } from '../markup.ts';
import { rules } from '../rules.ts';

export function explanations(ids: ReadonlySet<string>): Markup[] {
  const found = rules.filter(({ id }) => ids.has(id));
  if (found.length === 0) return [];
  return [
    element(
      'section',
      { class: 'explanations', 'aria-labelledby': 'explanations' },
      element('h2', { id: 'explanations' }, 'What the checks mean'),
      ...found.map(({ id, title, rationale, symptom, remediation }) =>
        element(
          'section',
          { id: `check-${id}`, 'aria-labelledby': `check-${id}-title` },
          element('h3', { id: `check-${id}-title` }, title, ' ', element('code', {}, id)),
          element('p', {}, rationale),
          element('p', {}, element('strong', {}, 'What one sees: '), symptom),
          element('p', {}, element('strong', {}, 'What to do: '), remediation),
        ),
      ),
    ),
  ];
}

export function howToRead(): Markup {
  return element(
    'section',
    { class: 'explanations', 'aria-labelledby': 'pictures' },
    element('h2', { id: 'pictures' }, 'How to read the pictures'),
    element(
      'p',
      {},
      'They are drawn from the numbers that the checks judge by, in seconds: the start from when a container started, the ' +
        'stop from when its pod was deleted. Red is where requests are lost, hatched is where they may be. Blue is when new ' +
        'requests arrive at a deleted pod, yellow is a preStop hook, grey the time after SIGTERM, green when a container may ' +
        'be Ready.',
    ),
    element(
      'p',
      {},
      'How long requests still arrive at a deleted pod is not in a manifest: the EndpointSlice has to be written, and every ' +
        `node, proxy and client has to follow. Where the profile does not say (minSeconds of pre-stop), ${assumedRemovalSeconds} s ` +
        'are assumed, the least that is advised to wait for; large clusters and cloud load balancers take longer.',
    ),
    element(
      'p',
      {},
      'How long an application takes to answer first, and to finish its requests after SIGTERM, only it knows: what is drawn is ' +
        'the time that it is given.',
    ),
  );
}
