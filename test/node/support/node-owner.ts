/** The program that `node.test.ts` kills: owns a node and would do so for ever. */
import { startNode } from '../../cluster/node/node.ts';

const { coordinates } = await startNode();
process.stdout.write(`${JSON.stringify(coordinates)}\n`);
setInterval(() => {}, 60_000);
