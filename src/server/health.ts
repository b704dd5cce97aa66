import Fastify, { type FastifyInstance } from 'fastify';
import { limits } from './limits.ts';
import { OpenConnections } from './open-connections.ts';

export interface HealthOptions {
  /** Why the process is not ready; undefined when it is. */
  readonly notReady: () => string | undefined;
  /** The metrics in the text format of Prometheus, and its media type. */
  readonly metrics: () => Promise<{ body: string; contentType: string }>;
}

/**
 * /healthz, /readyz and /metrics on a plain port of their own: kubelets and Prometheus have no client certificate, and a
 * port that everyone may reach should not be the one that judges.
 */
export function buildHealthApp({ notReady, metrics }: HealthOptions): FastifyInstance {
  const app = Fastify({ logger: false, requestTimeout: 5000 });
  const connections = new OpenConnections(app.server, limits.maxHealthConnections, (open) =>
    open.endOldest(),
  );
  app.addHook('preClose', async () => connections.endAllUnused());
  app.get('/healthz', () => 'ok\n');
  app.get('/readyz', (_request, reply) => {
    const reason = notReady();
    return reason === undefined ? 'ok\n' : reply.code(503).send(`${reason}\n`);
  });
  app.get('/metrics', async (_request, reply) => {
    const { body, contentType } = await metrics();
    return reply.header('content-type', contentType).send(body);
  });
  return app;
}
