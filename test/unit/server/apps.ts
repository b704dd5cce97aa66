/** The webhook's application as tests build it, with certificates of its own. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { text } from 'node:stream/consumers';

import { onTestFinished } from 'vitest';

import { buildApp, type WebhookApp } from '../../../src/server/app.ts';
import { Connections } from '../../../src/server/connections.ts';
import { servingTls, type ServingMaterial } from '../../../src/server/tls-options.ts';
import { issueControlPlanePki } from '../../cluster/pki.ts';
import { contextOf, type RecordedContext, type Situation } from '../admission/contexts.ts';

/** Issued once for each file of tests. `admin` is a client certificate of the same CA. */
export const pki = await issueControlPlanePki();
const serving: ServingMaterial = { cert: pki.serving.certificate, key: pki.serving.key };

export interface TestedApp {
  readonly app: WebhookApp;
  readonly connections: Connections;
  readonly context: RecordedContext;
  /** Paths of the reviews that were answered. */
  readonly answered: string[];
  /** Codes of the calls that were not reviews. */
  readonly refused: string[];
  readonly bugs: unknown[];
}

export interface AppSituation extends Situation {
  readonly clientCa?: string;
  readonly clientNames?: readonly string[];
  /** Connections from which on a new one makes room for itself. */
  readonly many?: number;
  /** Called for every answer. */
  readonly onAnswered?: () => void;
}

/** Closed when the test ends. */
export function tested({
  clientCa,
  clientNames,
  many,
  onAnswered,
  ...situation
}: AppSituation = {}): TestedApp {
  const context = contextOf(situation);
  const connections = new Connections(undefined, many);
  const answered: string[] = [];
  const refused: string[] = [];
  const bugs: unknown[] = [];
  const app = buildApp({
    context,
    connections,
    tls: servingTls({ ...serving, clientCa }),
    clientNames,
    events: {
      answered: (path) => {
        answered.push(path);
        onAnswered?.();
      },
      badRequest: (code) => void refused.push(code),
      bug: (error) => void bugs.push(error),
    },
  });
  onTestFinished(() => app.close());
  return { app, connections, context, answered, refused, bugs };
}

/** Listens on a free port and gives it. */
export async function listening(app: WebhookApp): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

/** Sends bytes as they are, and gives everything that comes back until the server closes the connection. */
export async function speak(port: number, bytes: string, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', ca: pki.caCertificate, ...options });
  await once(socket, 'secureConnect');
  socket.write(bytes);
  return text(socket);
}

export const json = { 'content-type': 'application/json' };
