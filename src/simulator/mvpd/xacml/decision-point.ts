/**
 * Where the MVPDs decide what their subscribers may watch: XACML 2.0, bare, in SOAP 1.1, or with a bearer token. It
 * owns reading and answering a request. It refuses what is unsigned, stale, replayed, not for it, or not about VIEW.
 */
import type { RouterContext } from '@koa/router';
import getRawBody from 'raw-body';
import type { Authorization, Mvpd } from '../../fixtures.ts';
import type { PartyContext } from '../../party.ts';
import { mediaType, type Route } from '../../site.ts';
import { reasonCodes, samlStatus, statusCodes } from '../../xacml-names.ts';
import type { SigningKeys } from '../../xml/keys.ts';
import { parseXml, XmlRefused } from '../../xml/parse.ts';
import { signXml } from '../../xml/signature.ts';
import { decide, denyAll, type Outcome, type Principal } from './decide.ts';
import { freshness, type Query, QueryRefused, readQuery } from './read-query.ts';
import { readRequest, Undecidable, type XacmlRequest } from './read-request.ts';
import { writeBareResponse, writeFault, writeResponse } from './write-response.ts';

/** Whom a request speaks of: `unknown` when nobody is called so, `ended` when their session is over. */
export type Found = Principal | 'unknown' | 'ended';

export interface Principals {
  /** By the name of a session (SAML: SessionIndex). */
  bySession(mvpd: string, session: string): Found;
  /** By what the subscriber was called to Adobe (SAML: NameID). */
  bySubject(mvpd: string, subject: string): Found;
  /** By an OAuth 2.0 access token. */
  byAccessToken(mvpd: string, token: string): Found | Promise<Found>;
}

interface Deps extends Pick<PartyContext, 'fixtures' | 'origins' | 'clock' | 'ids'> {
  readonly principals: Principals;
  /** The MVPD's own key. */
  readonly keyOf: (mvpd: string) => Pick<SigningKeys, 'privateKey'>;
  readonly adobe: {
    readonly entityId: string;
    readonly key: Pick<SigningKeys, 'publicKey'>;
  };
  /** What the MVPD calls itself in SAML. */
  readonly entityIdOf: (mvpd: Mvpd) => string;
}

interface Exchange {
  readonly mvpd: Mvpd;
  readonly authorization: Authorization;
}

const path = '/:mvpd/authorization';
const largestBody = 64 * 1024;
const mostResources = 50;

const answer = (ctx: RouterContext, status: number, body: string): void => {
  ctx.status = status;
  ctx.set('Content-Type', 'text/xml; charset=utf-8');
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
};

const decideAll = (
  { fixtures }: Deps,
  { authorization }: Exchange,
  { resources, address }: XacmlRequest,
  principal: Principal,
): readonly Outcome[] => {
  const isKnown = (resource: string) => fixtures.resources.includes(resource);
  return resources.map((resource) => decide({ principal, resource, isKnown, address, authorization }));
};

const indeterminate = ({ statusCode, message }: Undecidable): Outcome => ({
  ...{ resource: '', decision: 'Indeterminate', statusCode, statusMessage: message, obligations: [] },
});

/** The bare form has no place for a failure but the Result. */
const outcomesOf = (
  deps: Deps,
  exchange: Exchange,
  request: XacmlRequest,
  found: Found,
): readonly Outcome[] => {
  if (found === 'unknown')
    return denyAll(request.resources, reasonCodes.unknownSubject, 'The subscriber is not known');
  if (found === 'ended') return denyAll(request.resources, reasonCodes.sessionEnded, 'The session has ended');
  return decideAll(deps, exchange, request, found);
};

const decodeToken = (encoded: string): string | null =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64').toString('utf8') : null;

const bearerOf = (ctx: RouterContext): string | null =>
  /^Bearer +([\w.~+/-]+=*)$/i.exec(ctx.get('Authorization'))?.[1] ?? null;

const answerBare = async (deps: Deps, ctx: RouterContext, exchange: Exchange, text: string) => {
  const { principals } = deps;
  const { mvpd, authorization } = exchange;
  const found = async ({ subjectToken }: XacmlRequest): Promise<Found> => {
    if (authorization.request === 'bearer') return principals.byAccessToken(mvpd.id, bearerOf(ctx) ?? '');
    if (subjectToken === null)
      throw new Undecidable(statusCodes.missingAttribute, 'a request without subject-token');
    const session = decodeToken(subjectToken);
    return session === null ? 'unknown' : principals.bySession(mvpd.id, session);
  };
  try {
    const request = readRequest(parseXml(text), mostResources);
    const whom = await found(request);
    if (authorization.request === 'bearer' && typeof whom === 'string') {
      ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      return answer(ctx, 401, writeBareResponse(outcomesOf(deps, exchange, request, whom)));
    }
    answer(ctx, 200, writeBareResponse(outcomesOf(deps, exchange, request, whom)));
  } catch (error) {
    if (error instanceof XmlRefused) {
      const refused = new Undecidable(statusCodes.syntaxError, error.message);
      return answer(ctx, 400, writeBareResponse([indeterminate(refused)]));
    }
    if (!(error instanceof Undecidable)) throw error;
    answer(ctx, 400, writeBareResponse([indeterminate(error)]));
  }
};

const iso = (time: number): string => new Date(time).toISOString();

const denied = {
  unknown: { subStatus: samlStatus.unknownPrincipal, message: 'The subscriber is not known' },
  ended: { subStatus: samlStatus.authnFailed, message: 'The session has ended' },
} as const;

const contentFor = (deps: Deps, exchange: Exchange, query: Query): Parameters<typeof writeResponse>[1] => {
  const { mvpd, authorization } = exchange;
  const { clock, ids, principals } = deps;
  try {
    const request = readRequest(query.request, mostResources);
    if (request.subjectId === null)
      throw new Undecidable(statusCodes.missingAttribute, 'a request without subject-id');
    const found = principals.bySubject(mvpd.id, request.subjectId);
    if (typeof found === 'string') return { status: samlStatus.responder, ...denied[found] };
    return {
      assertionId: `_${ids.uuid()}`,
      audience: deps.adobe.entityId,
      notOnOrAfter:
        authorization.conditions === null ? null : iso(clock.now() + authorization.conditions * 1_000),
      outcomes: decideAll(deps, exchange, request, found),
    };
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error;
    return { status: samlStatus.requester, subStatus: samlStatus.requestDenied, message: error.message };
  }
};

const createSoapAnswer = (deps: Deps) => {
  const { clock, ids, adobe, fixtures, origins } = deps;
  const seen = new Map<string, number>();
  const isNew = (id: string): boolean => {
    const now = clock.now();
    for (const [old, at] of seen) if (at + 2 * freshness < now) seen.delete(old);
    const fresh = !seen.has(id);
    seen.set(id, now);
    return fresh;
  };
  const respond = async (exchange: Exchange, query: Query): Promise<string> => {
    const { mvpd } = exchange;
    const id = `_${ids.uuid()}`;
    const envelope = {
      ...{ id, inResponseTo: query.id, issuer: deps.entityIdOf(mvpd) },
      issueInstant: iso(clock.now()),
    };
    return signXml(writeResponse(envelope, contentFor(deps, exchange, query)), {
      key: await deps.keyOf(mvpd.id).privateKey(),
      algorithm: algorithmOf(mvpd),
      ...{ id, after: 'Issuer' },
    });
  };
  const answerQuery = async (ctx: RouterContext, exchange: Exchange, text: string): Promise<void> => {
    try {
      const query = readQuery(text, {
        key: await adobe.key.publicKey(),
        algorithm: algorithmOf(exchange.mvpd),
        destination: new URL(ctx.path, origins.mvpd).href,
        issuer: adobe.entityId,
        brands: fixtures.serviceProviders.map(({ id }) => id),
        ...{ now: clock.now(), isNew },
      });
      answer(ctx, 200, await respond(exchange, query));
    } catch (error) {
      if (!(error instanceof QueryRefused)) throw error;
      // SOAP 1.1, section 6.2: a fault goes out with status 500.
      answer(ctx, 500, writeFault(error.fault, error.message));
    }
  };
  return { answerQuery, reset: () => seen.clear() };
};

const algorithmOf = ({ authentication }: Mvpd) =>
  authentication?.protocol === 'saml' ? authentication.signature : 'rsa-sha256';

export const createDecisionPoint = (deps: Deps): { readonly routes: readonly Route[]; reset(): void } => {
  const soap = createSoapAnswer(deps);
  const handle = async (ctx: RouterContext): Promise<void> => {
    const mvpd = deps.fixtures.mvpds.find(({ id }) => id === ctx.params['mvpd']);
    const authorization = mvpd?.authorization;
    if (!mvpd || !authorization) return answer(ctx, 404, writeFault('Client', 'nobody decides here'));
    const isXml = ['text/xml', 'application/xml', 'application/xacml+xml', 'application/soap+xml'].includes(
      mediaType(ctx.headers['content-type']),
    );
    if (!isXml) return answer(ctx, 415, writeFault('Client', 'the request is not sent as XML'));
    const text = await getRawBody(ctx.req, { limit: largestBody, encoding: 'utf-8' }).catch(() => null);
    if (text === null) return answer(ctx, 413, writeFault('Client', 'the request is too large'));
    const exchange = { mvpd, authorization };
    if (authorization.request === 'soap') return soap.answerQuery(ctx, exchange, text);
    return answerBare(deps, ctx, exchange, text);
  };
  return { routes: [{ operation: 'authorization', method: 'post', path, handle }], reset: soap.reset };
};
