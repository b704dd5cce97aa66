/** What the chart renders, judged by the API server of each supported minor, and by kubeconform with its schemas. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace, kubectl, request } from '../support/cluster.ts';
import { installCustomResources } from './custom-resource-definitions.ts';
import { kubeconform, render, renderText } from './helm.ts';
import { schemaFile, writeSchemas, type OpenApi } from './openapi-schemas.ts';
import { variants } from './variants.ts';

const names = Object.keys(variants);

const stack = new AsyncDisposableStack();
let schemas: string;
let namespace: string;

beforeAll(async () => {
  stack.use(await installCustomResources());
  schemas = await mkdtemp(join(tmpdir(), 'gracegate-schemas-'));
  stack.defer(() => rm(schemas, { recursive: true, force: true }));
  namespace = await createNamespace();
  // What a pod would break of Pod Security comes as a warning, to whoever applies its Deployment.
  await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/warn=restricted']);
  stack.defer(async () => {
    await request('DELETE', `/api/v1/namespaces/${namespace}`);
  });
  const rendered = await Promise.all(names.map((name) => render(variants[name] ?? {})));
  for (const version of new Set(rendered.flat().map(({ apiVersion }) => apiVersion))) {
    const path = `/openapi/v3/${version.includes('/') ? 'apis' : 'api'}/${version}`;
    const { status, body } = await request<OpenApi>('GET', path);
    expect(status, path).toBe(200);
    expect(await writeSchemas(schemas, body), path).not.toEqual([]);
  }
});
afterAll(() => stack.disposeAsync());

const conform = (text: string) =>
  kubeconform(
    ['-strict', '-output', 'json', '-summary', '-schema-location', join(schemas, schemaFile), '-'],
    text,
  );

const dryRun = (text: string) =>
  kubectl(['apply', '--dry-run=server', '--validate=strict', '-n', namespace, '-f', '-'], { input: text });

describe.each(names)('with the values %s', (name) => {
  const values = variants[name] ?? {};

  it('the API server takes every object, with strict validation of fields; Pod Security has nothing to say', async () => {
    const text = await renderText(values, namespace);
    const { code, stdout, stderr } = await dryRun(text);
    if (name === 'host-network') {
      // One warning, of the one thing that was asked for.
      expect(stderr).toMatch(
        /^Warning: would violate PodSecurity [^:]*:latest": host namespaces \(hostNetwork=true\)\n$/,
      );
    } else {
      expect(stderr).toBe('');
    }
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength((await render(values, namespace)).length);
  });

  it('kubeconform finds nothing, and knows every kind', async () => {
    const { code, stdout } = await conform(await renderText(values));
    const { summary, resources } = JSON.parse(stdout);
    expect(resources).toEqual([]);
    expect(summary).toEqual({ valid: (await render(values)).length, invalid: 0, errors: 0, skipped: 0 });
    expect(code).toBe(0);
  });
});

describe('a field that does not exist', () => {
  const cases: [field: string, where: string, wrong: string, values: object][] = [
    ['of a Deployment', 'revisionHistoryLimit:', 'revisionHistory:', {}],
    ['of a container', 'imagePullPolicy:', 'imagePolicy:', {}],
    ['of a webhook', 'reinvocationPolicy:', 'reinvocation:', {}],
    ['of a Certificate', 'renewBefore:', 'renewAfter:', variants['cert-manager'] ?? {}],
    ['of a ServiceMonitor', 'endpoints:', 'endPoints:', variants['everything'] ?? {}],
  ];

  it.each(cases)('%s is found by both', async (_, right, wrong, values) => {
    const text = await renderText(values, namespace);
    expect(text).toContain(right);
    const changed = text.replaceAll(right, wrong);
    expect((await dryRun(changed)).stderr).toContain(`unknown field`);
    expect((await conform(changed)).stdout).toContain(wrong.replace(':', ''));
  });
});
