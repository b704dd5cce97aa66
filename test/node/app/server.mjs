/**
 * The application whose roll-out is measured. MODE=graceful stops listening on SIGTERM and answers what is in flight, as
 * good manners ask; MODE=exit ends at once. Neither knows anything of preStop hooks.
 */
import { createServer } from 'node:http';
import { hostname } from 'node:os';

const { MODE = 'graceful', DELAY_MS = '20' } = process.env;

const server = createServer((request, response) => {
  const answer = () => response.end(`${hostname()}\n`);
  if (request.url === '/healthz') answer();
  else setTimeout(answer, Number(DELAY_MS));
});
server.listen(8080);

process.on('SIGTERM', () => {
  if (MODE === 'exit') process.exit(0);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
