import { expect, it } from 'vitest';

import { writeConfigMapKey } from '../../../src/kube/config-map.ts';
import { serving } from './serving.ts';

const key = { namespace: 'gate', name: 'gracegate-audit', key: 'summary.json' };
const path = '/api/v1/namespaces/gate/configmaps/gracegate-audit';

it('a ConfigMap that is not there: people are told how to make it', async () => {
  const { client } = await serving({ [path]: 404 });
  await expect(writeConfigMapKey(client, key, 'x')).rejects.toThrow(
    'there is no ConfigMap gate/gracegate-audit; make an empty one: kubectl create configmap gracegate-audit --namespace gate',
  );
});

it('a ConfigMap that may not be written: what the API server says', async () => {
  const { client } = await serving({ [path]: 403 });
  await expect(writeConfigMapKey(client, key, 'x')).rejects.toThrow(
    `the API server refuses PATCH ${path}: no`,
  );
});
