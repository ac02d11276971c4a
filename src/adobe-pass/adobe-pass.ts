/**
 * The gateway's conversation with Adobe Pass: REST API V2 and dynamic client registration. It owns what may be
 * said (header table, paths), how often (throttle, repeats), access tokens, and the shape of answers. It refuses
 * to know viewers, families or caches: a call brings its credentials, its device and its service token along.
 */
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { RecordStore } from '#src/stores/ports';
import { createAccessTokens } from './access-token.ts';
import { createClient } from './client.ts';
import { createGetConfiguration } from './configuration.ts';
import { createAskDcr } from './dcr.ts';
import { createAuthorize, createPreauthorize, type DecisionCall } from './decisions.ts';
import { type AdobeCallEvent, createExchange } from './exchange.ts';
import { createLogOut, type LogOutCall } from './logout.ts';
import { operations } from './operations.ts';
import { createPacer } from './pacer.ts';
import { urlOf } from './path.ts';
import { createGetProfile, createGetProfileByCode, createGetProfiles } from './profiles.ts';
import { createRegister, type Registration } from './registration.ts';
import { createCreateSession, createGetSession, createResumeSession, type SessionForm } from './sessions.ts';
import { createTokenRequest } from './token-request.ts';
import { createTransport, type Transport } from './transport.ts';
import type { Answer, Call, ClientCredentials } from './types.ts';

/**
 * Every call may fail with gateway_throttled, gateway_adobe_unreachable, gateway_adobe_timeout,
 * gateway_adobe_answer_invalid, gateway_adobe_client_invalid, gateway_adobe_token_refused,
 * gateway_parameter_invalid or gateway_header_…; an aborted one rejects with its signal's reason.
 */
export interface AdobePass {
  /** Errors: also gateway_adobe_registration_refused. */
  register(registration: Registration): Promise<ClientCredentials>;
  getConfiguration(call: Call): Promise<Answer>;
  createSession(call: Call & { readonly form: SessionForm }): Promise<Answer>;
  resumeSession(call: Call & { readonly code: string; readonly form: SessionForm }): Promise<Answer>;
  getSession(call: Call & { readonly code: string }): Promise<Answer>;
  getProfiles(call: Call): Promise<Answer>;
  getProfile(call: Call & { readonly mvpd: string }): Promise<Answer>;
  getProfileByCode(call: Call & { readonly code: string }): Promise<Answer>;
  preauthorize(call: DecisionCall): Promise<Answer>;
  authorize(call: DecisionCall): Promise<Answer>;
  logOut(call: LogOutCall): Promise<Answer>;
  /** Where the viewer's own browser goes to log in; the gateway itself never does. */
  authenticateUrl(target: { readonly serviceProvider: string; readonly code: string }): URL;
  close(): void;
}

interface Deps {
  readonly settings: Config['adobe'];
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly transport?: Transport;
  /** Hears of every attempt; must not throw. */
  readonly observe?: (event: AdobeCallEvent) => void;
}

export const createAdobePass = ({ settings, records, clock, ids, observe, ...deps }: Deps): AdobePass => {
  const { origin, timeout, throttle, connectTimeout } = settings;
  const { hostname } = new URL(origin);
  const transport = deps.transport ?? createTransport({ hostname, connectTimeout, clock });
  const pacer = createPacer({ limits: throttle, clock });
  const { longestWait } = throttle;
  const exchange = createExchange({ transport, pacer, clock, longestWait, observe });
  const askDcr = createAskDcr({ exchange, clock, settings });
  const request = createTokenRequest(askDcr);
  const accessTokens = createAccessTokens({ request, records, clock, ids, timeout });
  const client = createClient({ exchange, accessTokens, clock, settings });
  const deciding = { client, clock, timeout };
  return {
    register: createRegister(askDcr),
    getConfiguration: createGetConfiguration(client),
    createSession: createCreateSession(client),
    resumeSession: createResumeSession(client),
    getSession: createGetSession(client),
    getProfiles: createGetProfiles(client),
    getProfile: createGetProfile(client),
    getProfileByCode: createGetProfileByCode(client),
    preauthorize: createPreauthorize(deciding),
    authorize: createAuthorize(deciding),
    logOut: createLogOut(client),
    authenticateUrl: (target) => urlOf(origin, operations.authenticate.path, target),
    close: () => transport.close(),
  };
};
