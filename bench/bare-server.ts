/**
 * What Gracegate is measured against: the least that a webhook on node:https has to do. It reads the same body, parses it
 * and answers a fixed review with its uid. Certificate, time-outs and limits are those of Gracegate, so that what differs
 * is our own code.
 *
 * A program of its own: `node bare-server.ts PORT CERTIFICATE KEY`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { limits } from '../src/server/limits.ts';
import { servingTls } from '../src/server/tls-options.ts';

const [, , port = '', certFile = '', keyFile = ''] = process.argv;
const tls = servingTls({ cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') });

const server = createServer({ ...tls, ...limits.server }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const review = JSON.parse(Buffer.concat(chunks).toString()) as { request: { uid: string } };
    const answer = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"${review.request.uid}","allowed":true}}`;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
});
server.maxConnections = limits.maxConnections;
server.listen(Number(port), '127.0.0.1');
