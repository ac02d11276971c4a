import type { Parameters } from '#src/identity/authentication-request';
import { createExchange, createProviderFetch } from '#src/identity/http';
import { endpointFault } from '#src/identity/server-metadata';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { once } from '#src/lib/once';
import { createAsk, membersOf, type Reading } from './ask.ts';
import { type AuthorizationAnswer, requestAuthorization } from './authorization.ts';
import { type Metadata, textOf } from './metadata.ts';
import type { ProviderSettings } from './settings.ts';
import { type Credentials, requestToken } from './token-request.ts';

export type Endpoint = 'authorization_endpoint' | 'token_endpoint' | 'jwks_uri';

/**
 * What a provider answers. Each thing is asked once in a run, when the first check wants it; nothing is refused here.
 * Undefined where the metadata has no endpoint that may be called.
 */
export interface Evidence {
  discovery(): Promise<Reading>;
  metadata(): Promise<Metadata>;
  keySet(): Promise<Reading | undefined>;
  /** In a browser in which nobody is signed in: `prompt=none`, and as for an app that asks for a login. */
  silentAuthorization(): Promise<AuthorizationAnswer | undefined>;
  loginAuthorization(): Promise<AuthorizationAnswer | undefined>;
  /** The answer to a code that was never issued; with the configured credentials unless others are given. */
  token(credentials?: Credentials): Promise<Reading | undefined>;
  /** What Facebook says about an access token that it never issued. */
  debugToken(): Promise<Reading>;
}

export interface EvidenceDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly ids: Pick<Ids, 'secret'>;
  readonly insecureHttp: boolean;
}

export const createEvidence = (settings: ProviderSettings, deps: EvidenceDeps): Evidence => {
  const { registration, parametersOf } = settings;
  const ask = createAsk({ ...deps, exchange: createExchange(deps) });
  const flowDeps = { ...deps, ask, fetch: createProviderFetch(deps) };
  const discovery = once(() => ask(settings.discoveryUrl));
  const metadata = async (): Promise<Metadata> => ({
    ...membersOf(await discovery()),
    ...settings.fixedEndpoints,
  });
  const endpoint = async (name: Endpoint): Promise<string | undefined> => {
    const address = textOf(await metadata(), name);
    return address === undefined || endpointFault(address, deps.insecureHttp) ? undefined : address;
  };
  const authorization = async (parameters: Parameters) => {
    const address = await endpoint('authorization_endpoint');
    return address === undefined ? undefined : requestAuthorization(settings, address, parameters, flowDeps);
  };
  const token = async (credentials: Credentials) => {
    const address = await endpoint('token_endpoint');
    return address === undefined ? undefined : requestToken(settings, address, credentials, { ...deps, ask });
  };
  const { authentication: method, clientSecret: secret } = registration;
  const configured = once(() => token({ method, secret }));

  return {
    discovery,
    metadata,
    keySet: once(async () => {
      const address = await endpoint('jwks_uri');
      return address === undefined ? undefined : ask(address);
    }),
    silentAuthorization: once(() => authorization({ prompt: 'none' })),
    loginAuthorization: once(async () =>
      authorization(parametersOf({ prompt: 'login' }, { ...(await metadata()), issuer: settings.issuer })),
    ),
    debugToken: once(() => ask(debugTokenUrl(settings))),
    token: (credentials) => (credentials ? token(credentials) : configured()),
  };
};

/** https://developers.facebook.com/docs/graph-api/reference/debug_token; empty for other providers. */
const debugTokenUrl = ({ config }: ProviderSettings): string => {
  if (config.kind !== 'facebook') return '';
  const { graphOrigin, graphVersion, clientId, clientSecret } = config;
  const query = new URLSearchParams({ input_token: 'none', access_token: `${clientId}|${clientSecret}` });
  return `${graphOrigin}/${graphVersion}/debug_token?${query}`;
};
