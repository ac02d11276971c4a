import { createPrivateKey } from 'node:crypto';
import type Koa from 'koa';
import { createAuthorizationServer } from '#src/authorization-server/authorization-server';
import { claimsToPassOn } from '#src/families/kept-claims';
import { createEndSignIn } from '#src/flows/end-sign-in';
import { createFindClient } from '#src/flows/find-client';
import { createFindViewer } from '#src/flows/find-viewer';
import { createIdentifyCaller } from '#src/flows/identify-caller';
import { createOpenInstance } from '#src/flows/open-instance';
import { createSignIn } from '#src/flows/sign-in';
import { createApp } from '#src/http/app';
import { createReadRestRequest } from '#src/http/rest-request';
import { clientRegistrationRoutes } from '#src/http/routes/client-registration';
import { configurationRoutes } from '#src/http/routes/configuration';
import { decisionRoutes } from '#src/http/routes/decisions';
import { logoutRoutes } from '#src/http/routes/logout';
import { profileRoutes } from '#src/http/routes/profiles';
import { sessionRoutes } from '#src/http/routes/sessions';
import { wellKnownRoutes } from '#src/http/routes/well-known';
import { createProviders } from '#src/identity/providers';
import { createFlows } from './flows.ts';
import type { Ground } from './ground.ts';

/** The public listener: apps and browsers. Errors: config_invalid. */
export const composePublic = async (ground: Ground): Promise<Koa> => {
  const { config, on, families, directory } = ground;
  const { clock, ids, log, metrics, keyRing } = on;
  const authorizationServer = await composeAuthorizationServer(ground);
  const flows = createFlows(ground);
  return createApp({
    config,
    clock,
    ids,
    log,
    metrics,
    authorizationServer: authorizationServer.middleware,
    routes: (router) => {
      const readRequest = createReadRestRequest({
        identifyCaller: createIdentifyCaller({
          ...families,
          ...directory,
          grantOf: async (bearer) => (await authorizationServer.authenticate(bearer))?.grant,
        }),
      });
      configurationRoutes(router, { readRequest, ...flows });
      sessionRoutes(router, { readRequest, ...flows });
      profileRoutes(router, { readRequest, clock, ...flows });
      decisionRoutes(router, { readRequest, ...flows });
      logoutRoutes(router, { readRequest, ...flows });
      clientRegistrationRoutes(router, flows);
      wellKnownRoutes(router, { serviceTokenJwks: keyRing.publicJwks });
    },
  });
};

const composeAuthorizationServer = ({ config, on, families, directory, forgetServiceTokens }: Ground) => {
  const { clock, ids, log, metrics, secrets, stores } = on;
  return createAuthorizationServer({
    publicOrigin: config.publicOrigin,
    settings: config.signIn,
    apps: config.apps,
    signingKey: createPrivateKey(secrets.idTokenPem).export({ format: 'jwk' }),
    cookieKeys: [secrets.cookie],
    artifacts: stores.artifacts,
    records: stores.records,
    clock,
    ids,
    log,
    providersOf: directory.providersOf(
      createProviders(config.identityProviders, {
        clock,
        ids,
        insecureHttp: config.insecureHttp,
        claimsOf: (provider) => claimsToPassOn(config.families, provider),
      }),
    ),
    findClient: createFindClient({ ...families, findApp: directory.findApp }),
    signIn: createSignIn({ ...families, familyOf: directory.familyOf, signedIn: metrics.signedIn }),
    findViewer: createFindViewer(families),
    openInstance: createOpenInstance({ ...families, familyOf: directory.familyOf }),
    signInStands: async (grant) => (await families.instances.findSignIn(grant)) !== undefined,
    endSignIn: createEndSignIn({ ...families, forgetServiceTokens }),
  });
};
