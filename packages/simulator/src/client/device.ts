/**
 * Apps on devices as a gateway sees them: REST V2 calls, OAuth grants, sign-in through a browser. Each device has its own
 * identifier, hardware and address. This folder must not know the parties behind the interfaces that it calls.
 */
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createOauthClient, type Tokens } from './oauth-client.ts';
import { type ApiAnswer, type ApiRequest, request, textOf } from './request.ts';
import { createSignInClient, type SignInClient } from './sign-in-client.ts';

export interface AppFacts {
  readonly id: string;
  readonly name: string;
  readonly serviceProviders: readonly string[];
  readonly redirectUris: readonly string[];
  readonly softwareStatement: string;
}

export interface DeviceFacts {
  /** What people call it, for messages. */
  readonly name: string;
  /** AP-Device-Identifier, before it is encoded. */
  readonly id: string;
  /** Its own IP address, as a trusted proxy would report it (X-Forwarded-For). */
  readonly address: string;
  /** X-Device-Info, before it is encoded. */
  readonly info: Readonly<Record<string, string>>;
}

interface Options {
  readonly gateway: string;
  readonly app: AppFacts;
  readonly device: DeviceFacts;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface Device {
  readonly name: string;
  readonly app: AppFacts;
  readonly serviceProvider: string;
  readonly address: string;
  /** What every call carries, apart from the bearer. */
  readonly headers: Readonly<Record<string, string>>;
  /** How the app signs a viewer in. The tokens count from `use` on. */
  readonly signIn: SignInClient;
  readonly tokens: Tokens | undefined;
  use(tokens: Tokens | undefined): void;
  /** Any REST V2 call: a path under `/api/v2`. */
  call(path: string, more?: Omit<ApiRequest, 'url'>): Promise<ApiAnswer>;
  /** Any call at all, by its path at the gateway. */
  send(path: string, more?: Omit<ApiRequest, 'url'>): Promise<ApiAnswer>;
  /**
   * Dynamic client registration with the software statement, then a client token; from then on it signs in as that
   * client. Errors: an Error with the status and reason of the answer if either is refused.
   */
  register(): Promise<void>;
  createSession(session: { mvpd?: string; domainName?: string; redirectUrl?: string }): Promise<ApiAnswer>;
  /** Where a browser opens the `url` of an answer: a relative one is at the gateway. */
  browserUrl(answer: ApiAnswer): string;
  profiles(): Promise<ApiAnswer>;
  profile(mvpd: string): Promise<ApiAnswer>;
  profileByCode(code: string): Promise<ApiAnswer>;
  preauthorize(mvpd: string, resources: readonly string[]): Promise<ApiAnswer>;
  authorize(mvpd: string, resources: readonly string[]): Promise<ApiAnswer>;
  logout(mvpd: string, redirectUrl: string): Promise<ApiAnswer>;
  /** Revokes its tokens and forgets them. */
  signOut(): Promise<void>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Dynamic client registration and its client credentials token: an instance without a viewer. */
const registerClient = async (
  gateway: string,
  softwareStatement: string,
  headers: Readonly<Record<string, string>>,
) => {
  const registration = await request({
    method: 'POST',
    headers,
    url: `${gateway}/o/client/register`,
    json: { software_statement: softwareStatement },
  });
  const clientId = textOf(registration, 'client_id');
  const clientSecret = textOf(registration, 'client_secret');
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
  const token = await request({ method: 'POST', headers, url: `${gateway}/o/client/token`, form });
  return {
    client: { clientId, clientSecret },
    tokens: { accessToken: textOf(token, 'access_token'), refreshToken: undefined, expiresIn: 0 },
  };
};

export const createDevice = ({ gateway, app, device, clock, ids }: Options): Device => {
  let tokens: Tokens | undefined;
  let client: { clientId: string; clientSecret?: string } = { clientId: app.id };
  const serviceProvider = app.serviceProviders[0] ?? '';
  const headers = {
    'ap-device-identifier': `fingerprint ${base64(device.id)}`,
    'x-device-info': base64(JSON.stringify(device.info)),
    'x-forwarded-for': device.address,
  };
  const signIn = createSignInClient({
    oauth: createOauthClient({
      gateway,
      client: () => client,
      headers: { 'x-forwarded-for': device.address, 'x-device-info': headers['x-device-info'] },
    }),
    redirectUri: app.redirectUris[0],
    clock,
    ids,
  });

  const send: Device['send'] = (path, more) =>
    request({
      ...more,
      url: `${gateway}${path}`,
      headers: {
        ...headers,
        ...(tokens && { authorization: `Bearer ${tokens.accessToken}` }),
        ...more?.headers,
      },
    });
  const call: Device['call'] = (path, more) => send(`/api/v2${path}`, more);
  const post = (path: string, body: Pick<ApiRequest, 'form' | 'json'>) =>
    call(path, { method: 'POST', ...body });
  const decide = (kind: string, mvpd: string, resources: readonly string[]) =>
    post(`/${serviceProvider}/decisions/${kind}/${mvpd}`, { json: { resources: [...resources] } });

  return {
    name: device.name,
    app,
    serviceProvider,
    address: device.address,
    headers,
    signIn,
    get tokens() {
      return tokens;
    },
    use(next) {
      tokens = next;
    },
    call,
    send,

    async register() {
      ({ client, tokens } = await registerClient(gateway, app.softwareStatement, headers));
    },

    createSession: (session) => post(`/${serviceProvider}/sessions`, { form: { ...session } }),
    browserUrl: (answer) => new URL(textOf(answer, 'url'), gateway).href,
    profiles: () => call(`/${serviceProvider}/profiles`),
    profile: (mvpd) => call(`/${serviceProvider}/profiles/${mvpd}`),
    profileByCode: (code) => call(`/${serviceProvider}/profiles/code/${code}`),
    preauthorize: (mvpd, resources) => decide('preauthorize', mvpd, resources),
    authorize: (mvpd, resources) => decide('authorize', mvpd, resources),
    logout: (mvpd, redirectUrl) =>
      call(`/${serviceProvider}/logout/${mvpd}?${new URLSearchParams({ redirectUrl })}`),

    async signOut() {
      if (tokens) await signIn.signOut(tokens);
      tokens = undefined;
    },
  };
};
