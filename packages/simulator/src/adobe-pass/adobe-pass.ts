/**
 * The simulated Adobe Pass: dynamic client registration, REST API V2, and the redirects that a viewer's browser
 * follows, as Adobe documents them. It owns sessions, profiles and decisions. It must not know how an MVPD
 * authenticates its subscribers, and it shares nothing with the gateway under test.
 */
import { z } from 'zod';
import type { Party, PartyContext } from '#src/party';
import type { ServiceTokens } from '#src/service-tokens';
import { createSite } from '#src/site';
import { Refusal, refuse } from './errors/refusal.ts';
import { createSendRefusal } from './errors/send-refusal.ts';
import { documentedPath } from './requests/sample-paths.ts';
import { routesOf } from './routes.ts';
import { type AdobeServices, createServices, type ServicesDeps } from './services.ts';
import { dumpState, emptyState, parseState } from './state.ts';
import type { XacmlAuthorization } from './xacml/enforcement-point.ts';

/** What the control API reads and changes, beyond what a client can. */
export type AdobeControls = Pick<
  AdobeServices,
  | 'state'
  | 'profiles'
  | 'degradations'
  | 'integrations'
  | 'verdictOverrides'
  | 'usedMediaTokens'
  | 'platformIdentity'
  | 'clock'
  | 'changed'
> & {
  readonly authorization: XacmlAuthorization;
};

export interface AdobePass extends Party {
  /** PEM; verifies the media tokens. */
  mediaTokenKey(): Promise<string>;
  /** PEM, private; decrypts user metadata that was encrypted for a generated certificate. */
  userMetadataKey(): Promise<string>;
  readonly controls: AdobeControls;
}

interface Deps extends ServicesDeps {
  readonly authorization: XacmlAuthorization;
  readonly serviceTokens: Pick<ServiceTokens, 'subjectOf' | 'adopt'>;
}

const savedSchema = z.object({
  mediaTokenKey: z.string().nullable(),
  userMetadataKey: z.string().nullable().default(null),
  platformKey: z.string().nullable().default(null),
  ssoServiceKey: z.string().nullable().default(null),
  state: z.json(),
});

const createAdobeSite = (services: AdobeServices) => {
  const sendRefusal = createSendRefusal(services);
  return createSite(routesOf(services), {
    unknown: (ctx, methods) => {
      if (methods.length > 0) ctx.set('Allow', methods.join(', '));
      sendRefusal(ctx, refuse(methods.length > 0 ? 'method_not_allowed' : 'not_found'));
    },
    failed: (ctx, error) =>
      sendRefusal(ctx, error instanceof Refusal ? error : refuse('internal_server_error')),
  });
};

const persistence = ({ keys, state }: AdobeServices): Pick<Party, 'snapshot' | 'restore'> => ({
  snapshot: () => ({
    mediaTokenKey: keys.mediaTokenKey.snapshot(),
    userMetadataKey: keys.userMetadataKey.snapshot(),
    platformKey: keys.platformKey.snapshot(),
    ssoServiceKey: keys.ssoServiceKey.snapshot(),
    state: dumpState(state),
  }),
  restore: (saved) => {
    const { state: savedState, ...savedKeys } = savedSchema.parse(saved);
    for (const name of ['mediaTokenKey', 'userMetadataKey', 'platformKey', 'ssoServiceKey'] as const)
      keys[name].restore(savedKeys[name]);
    Object.assign(state, parseState(savedState));
  },
});

export const createAdobePass = (party: PartyContext, deps: Deps): AdobePass => {
  const { authorization, switches } = deps;
  const services = createServices(party, deps);
  const { state, keys, clock, changed, profiles, degradations } = services;
  const { integrations, verdictOverrides, usedMediaTokens, platformIdentity } = services;
  deps.serviceTokens.adopt(services.ssoTokens.vouches);
  const site = createAdobeSite(services);
  const correctedPath = (path: string): string =>
    switches.now.samplePaths === 'accepted' ? documentedPath(path) : path;
  const { snapshot, restore } = persistence(services);
  return {
    name: 'adobe',
    operationOf: (method, path) => site.operationOf(method, correctedPath(path)),
    handle: (request, response) => {
      const [path = '', ...query] = (request.url ?? '').split('?');
      request.url = [correctedPath(path), ...query].join('?');
      site.handle(request, response);
    },
    mediaTokenKey: keys.mediaTokenKey.publicKey,
    userMetadataKey: keys.userMetadataKey.privateKey,
    controls: {
      state,
      profiles,
      degradations,
      integrations,
      verdictOverrides,
      usedMediaTokens,
      platformIdentity,
      authorization,
      clock,
      changed,
    },
    snapshot,
    restore,
    reset: () => {
      Object.assign(state, emptyState());
      verdictOverrides.clear();
      usedMediaTokens.clear();
      authorization.reset();
      changed();
    },
  };
};
