/** The words of the pictures as a real browser sets them: nothing cut off, nothing on top of each other. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, launchChromium, openFile } from './chromium.ts';
import type { Life } from '../../src/policy/life/life.ts';
import { paletteStyle } from '../../src/report/html/palette.ts';
import type { Drawing } from '../../src/report/pictures/drawing.ts';
import { startPicture } from '../../src/report/pictures/start-picture.ts';
import { stopPicture } from '../../src/report/pictures/stop-picture.ts';
import { pictureStyle } from '../../src/report/pictures/style.ts';
import { lifeOfPod } from '../unit/report/html/judged.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});

const hooks = [
  '',
  'lifecycle: { preStop: { tcpSocket: { port: 80 } } }',
  'lifecycle: { preStop: { exec: { command: [/drain] } } }',
  'lifecycle: { preStop: { exec: { command: [sleep, infinity] } } }',
  ...[0, 1, 2.5, 4, 5, 15, 29, 30, 300].map(
    (seconds) => `lifecycle: { preStop: { exec: { command: [sleep, "${seconds}"] } } }`,
  ),
];
const commands = ['', 'command: [sh, -c, ./a; ./b]'];
const graces = [0, 1, 2, 9, 10, 12, 30, 45, 120, 3600, 100_000];

const probe = (name: string, delay: number, period = 10, failures = 3): string =>
  `${name}: { httpGet: { path: /${name}, port: 80 }, initialDelaySeconds: ${delay}, periodSeconds: ${period}, failureThreshold: ${failures} }`;
const starts = [0, 1, 5, 20, 60, 600, 50_000].flatMap((ready) => [
  '',
  probe('readinessProbe', ready),
  `${probe('readinessProbe', ready)}, ${probe('livenessProbe', 5)}`,
  `${probe('readinessProbe', ready)}, ${probe('livenessProbe', ready)}`,
  `${probe('readinessProbe', ready)}, ${probe('livenessProbe', 0, 1, 1)}`,
  `${probe('startupProbe', ready, 10, 30)}, ${probe('livenessProbe', 10)}`,
  `${probe('startupProbe', 0, 1, 1)}, ${probe('readinessProbe', ready)}`,
]);

const longName = 'a-container-whose-name-is-as-long-as-a-label-may-be-of-63-letters';

function life(container: string, grace = 30): Life {
  const found = lifeOfPod(`  terminationGracePeriodSeconds: ${grace}
  containers:
    - { name: ${longName}, image: a, ports: [{ containerPort: 80 }]${container === '' ? '' : `, ${container}`} }
    - { name: b, image: b }`);
  if (found === undefined) throw new Error('no container serves');
  return found;
}

const stops = graces.flatMap((grace) =>
  hooks.flatMap((hook) =>
    commands.map((command) => {
      const container = [hook, command].filter((part) => part !== '').join(', ');
      return { name: `${grace} s, ${container}`, drawing: stopPicture(life(container, grace).stop) };
    }),
  ),
);
const balanced = graces.map((grace) => ({
  name: `${grace} s behind a load balancer`,
  drawing: stopPicture({ ...life('', grace).stop, balancer: { balancer: `Ingress ${longName}`, delay: 60 } }),
}));
const started = starts.map((container) => ({
  name: container,
  drawing: startPicture(life(container).start),
}));

interface Named {
  readonly name: string;
  readonly drawing: Drawing;
}

function pageOf(pictures: readonly Named[]): string {
  const drawn = pictures.map(
    ({ name, drawing: { width, height, content } }) =>
      `<svg class="picture" viewBox="0 0 ${width} ${height}" aria-label='${name}'>${content.text}</svg>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>${paletteStyle()}${pictureStyle}svg{max-width:480px}</style>${drawn.join('\n')}`;
}

/** What is wrong with the words of the pictures of a page, each with the name of its picture. */
const problems = `[...document.querySelectorAll('svg')].flatMap((svg) => {
  const { width, height } = svg.viewBox.baseVal;
  const found = [];
  const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent !== '');
  const boxes = texts.map((text) => text.getBBox());
  const say = (problem) => found.push(svg.getAttribute('aria-label') + ': ' + problem);
  boxes.forEach((box, index) => {
    const words = texts[index].textContent;
    if (box.x < -1 || box.x + box.width > width + 1 || box.y < -2 || box.y + box.height > height + 1) say('cut off: ' + words);
    if (texts[index].getAttribute('class').startsWith('on-')) {
      const bar = texts[index].previousElementSibling.getBBox();
      if (box.x + box.width > bar.x + bar.width + 1) say('out of its bar: ' + words);
    }
    boxes.slice(index + 1).forEach((other, offset) => {
      const across = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
      const down = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
      if (across > 1 && down > 3) say(words + ' on ' + texts[index + 1 + offset].textContent);
    });
  });
  for (const rect of svg.querySelectorAll('rect')) {
    const box = rect.getBBox();
    if (box.x < 0 || box.x + box.width > width || !(box.width > 0) || box.y + box.height > height) say('bar out of the picture');
  }
  return found;
})`;

describe.each([
  { what: 'stops', pictures: stops },
  { what: 'stops behind a load balancer', pictures: balanced },
  { what: 'starts', pictures: started },
])('the pictures of $what', ({ pictures }) => {
  it('have all their words in their place', async () => {
    await using opened = await openFile(browser, pageOf(pictures));
    expect(await ask(opened.page, "document.querySelectorAll('svg text').length")).toBeGreaterThan(
      pictures.length * 4,
    );
    expect(await ask(opened.page, problems)).toEqual([]);
  });
});
