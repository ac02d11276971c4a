import type { Fixtures, ServiceProvider } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { refuse } from '../errors/refusal.ts';
import type { AdobeState, Client } from '../state.ts';
import { findServiceProvider } from './find-fixture.ts';

export interface BearerDeps {
  readonly state: Pick<AdobeState, 'accessTokens' | 'clients' | 'apps'>;
  readonly fixtures: Pick<Fixtures, 'apps' | 'serviceProviders'>;
  readonly clock: Clock;
}

/** Errors: invalid_access_token, invalid_access_token_client_application. */
export const clientOf = (
  { state, clock }: Pick<BearerDeps, 'state' | 'clock'>,
  authorization: string | undefined,
): Client => {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
  const issued = token === undefined ? undefined : state.accessTokens.get(token);
  if (!issued || issued.expiresAt <= clock.now()) throw refuse('invalid_access_token');
  const client = state.clients.get(issued.client);
  if (!client || (state.apps.get(client.app) ?? 'active') !== 'active')
    throw refuse('invalid_access_token_client_application');
  return client;
};

/** The service provider of the path. Errors: invalid_parameter_service_provider, invalid_access_token_*. */
export const serviceProviderOf = (
  { fixtures }: Pick<BearerDeps, 'fixtures'>,
  client: Client,
  id: string | undefined,
): ServiceProvider => {
  const serviceProvider = findServiceProvider(fixtures, id);
  const app = fixtures.apps.find((known) => known.id === client.app);
  if (!app) throw refuse('invalid_access_token_client_application');
  if (!app.serviceProviders.includes(serviceProvider.id))
    throw refuse('invalid_access_token_service_provider');
  return serviceProvider;
};
