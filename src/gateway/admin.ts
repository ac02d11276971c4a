import type Koa from 'koa';
import { createIntrospectServiceToken } from '#src/flows/introspect-service-token';
import { createLiftRevocation, createRevoke } from '#src/flows/revoke';
import { createAdmin } from '#src/http/admin';
import { introspectionRoutes } from '#src/http/routes/introspection';
import { revocationRoutes } from '#src/http/routes/revocations';
import { createKeyCheck } from '#src/service-token/report';
import { createVerifyServiceToken } from '#src/service-token/verify';
import type { Ground } from './ground.ts';

/** The admin listener: operators and what watches over the gateway. */
export const composeAdmin = ({ config, on, families, forgetServiceTokens }: Ground): Koa => {
  const { log, keyRing, stores } = on;
  return createAdmin({
    ...on,
    publicOrigin: config.publicOrigin,
    checks: { store: () => stores.ping(), serviceTokenKey: createKeyCheck(on) },
    routes: (router) => {
      const { revocations } = families;
      revocationRoutes(router, {
        revoke: createRevoke({ ...families, forgetServiceTokens, log }),
        liftRevocation: createLiftRevocation({ revocations, log }),
        listRevocations: revocations.list,
      });
      introspectionRoutes(router, {
        introspectServiceToken: createIntrospectServiceToken({
          ...on,
          revocations,
          families: config.families,
          verifyServiceToken: createVerifyServiceToken(on),
          keyState: (kid) => keyRing.status().keys.find((key) => key.kid === kid)?.state,
        }),
      });
    },
  });
};
