import { type Call, findServiceProvider, type Incoming } from './call.ts';
import type { AdobeContext } from './context.ts';
import { refuse } from './refusal.ts';
import type { Client } from './state.ts';

type Context = Pick<AdobeContext, 'state' | 'fixtures' | 'clock' | 'serviceTokens' | 'serviceTokenFault'>;

const clientOf = ({ state, clock }: Context, authorization: string | undefined): Client => {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
  const issued = token === undefined ? undefined : state.accessTokens.get(token);
  if (!issued || issued.expiresAt <= clock.now()) throw refuse('invalid_access_token');
  const client = state.clients.get(issued.client);
  if (!client) throw refuse('invalid_access_token_client_application');
  return client;
};

const subjectOf = async (context: Context, header: string | string[] | undefined): Promise<string | null> => {
  if (header === undefined) return null;
  const subject = await context.serviceTokens.subjectOf(String(header));
  if (subject === null && context.serviceTokenFault === 'reject')
    throw refuse('invalid_header_service_token');
  return subject;
};

/** The checks that every REST V2 operation begins with: bearer, service provider, service token. */
export const createAdmit =
  (context: Context) =>
  async (incoming: Incoming, { serviceToken }: { serviceToken: boolean }): Promise<Call> => {
    const client = clientOf(context, incoming.headers.authorization);
    const serviceProvider = findServiceProvider(context, incoming.params['serviceProvider']);
    const app = context.fixtures.apps.find(({ id }) => id === client.app);
    if (!app) throw refuse('invalid_access_token_client_application');
    if (!app.serviceProviders.includes(serviceProvider.id))
      throw refuse('invalid_access_token_service_provider');
    const subject = serviceToken ? await subjectOf(context, incoming.headers['ad-service-token']) : null;
    return { ...incoming, client, serviceProvider, subject };
  };
