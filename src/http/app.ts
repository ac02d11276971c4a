/**
 * The public listener: middleware on one screen. This folder owns HTTP: requests are checked here, responses are
 * shaped here, and Koa's context goes no further. It must not decide anything: it calls flows, and refuses to know
 * Adobe, stores and keys.
 */
import Koa from 'koa';
import type { Config } from '#src/config/schema';
import type { KeepTrace } from '#src/flows/choose-traces';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { LoadMeter } from '#src/observability/load';
import { errorFields, type Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import type { Operation } from '#src/rest-v2/operation';
import { createAccessLog } from './access-log.ts';
import type { Admission } from './admission.ts';
import { createClientAddress } from './client-address.ts';
import type { GatewayState, Middleware } from './context.ts';
import { createCors } from './cors.ts';
import { createActionOf, createAnswerError, createErrors, type ErrorPage } from './errors.ts';
import { createOverload } from './overload.ts';
import { createParameterLimits } from './parameter-limits.ts';
import { createPathGuard } from './path-guard.ts';
import { type PublicHandlers, publicRoutes } from './paths.ts';
import { createPublicOrigin } from './public-origin.ts';
import { emptyRedirects } from './redirect.ts';
import { createRequestContext, createRequestScope } from './request-scope.ts';
import { createResponseCache, type ResponseSources } from './response-cache.ts';
import { createRouting } from './routing.ts';
import { createSourceLimits, type SourceLimits } from './source-limits.ts';
import { createTrustedProxies } from './trusted-proxies.ts';

interface Deps {
  readonly config: Pick<Config, 'adobe' | 'public' | 'publicOrigin' | 'trustedProxies' | 'apps'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly keepTrace: KeepTrace;
  readonly meter: LoadMeter;
  readonly admission: Admission;
  readonly operations: readonly Operation[];
  readonly handlers: PublicHandlers;
  /** Everything that is OAuth and OpenID Connect. */
  readonly authorizationServer: Middleware;
  readonly errorPage: ErrorPage;
  readonly sourceLimits: SourceLimits;
  /** Of responses that are the same for every client. */
  readonly responseSources: ResponseSources;
}

export const createApp = (deps: Deps): Koa => {
  const { config, ids, log, operations, handlers, authorizationServer, errorPage } = deps;
  const { publicOrigin } = config;
  const routing = createRouting(publicRoutes(operations, handlers));

  const readClientAddress = createClientAddress(
    config.public.clientAddress,
    createTrustedProxies(config.trustedProxies),
    config.public.countryHeader,
  );
  const answerError = createAnswerError({
    publicOrigin,
    actionOf: createActionOf(config.adobe),
    page: errorPage,
  });
  const cors = createCors({ apps: config.apps, corsHeaders: config.public.corsHeaders });

  const app = new Koa<GatewayState>();
  app.on('error', (error) => log.error(errorFields(error), 'a response could not be sent'));
  app.use(createRequestScope({ ids }));
  app.use(createOverload({ ...deps, cors, answerError }));
  app.use(createAccessLog(deps));
  app.use(createResponseCache(deps.responseSources));
  app.use(createRequestContext({ tellsId: true }));
  app.use(createErrors({ log, answerError }));
  app.use(createPublicOrigin({ publicOrigin, readClientAddress }));
  app.use(cors);
  app.use(createParameterLimits());
  app.use(createPathGuard(['/api/', '/o/', '/v1/sp/'], routing));
  app.use(createSourceLimits(deps.sourceLimits));
  app.use(routing.serve);
  app.use(emptyRedirects);
  app.use(authorizationServer);
  return app as unknown as Koa;
};
