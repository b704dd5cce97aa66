import {
  mutatingConfiguration,
  validatingConfiguration,
  type RegistrationOptions,
} from '../admission/registration.ts';
import { apply } from './apply.ts';
import { ApiError, type KubeClient } from './client.ts';

const group = '/apis/admissionregistration.k8s.io/v1';

/**
 * Writes both webhook configurations by server-side apply, so that a second run changes only what differs. The mutating
 * one first: in the moment in between pods are filled but not yet judged, which refuses nothing that will pass later.
 */
export async function register(client: KubeClient, options: RegistrationOptions): Promise<void> {
  const validating = validatingConfiguration(options);
  const mutating = mutatingConfiguration(options);
  await apply(client, `${group}/mutatingwebhookconfigurations/${mutating.metadata.name}`, mutating);
  await apply(client, `${group}/validatingwebhookconfigurations/${validating.metadata.name}`, validating);
}

/** Removes both webhook configurations, by the name that they share. What is gone already is no failure. */
export async function unregister(client: KubeClient, name: string): Promise<void> {
  for (const resource of ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations']) {
    try {
      await client.call(`${group}/${resource}/${encodeURIComponent(name)}`, { method: 'DELETE' });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
}
