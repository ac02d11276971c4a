import type { Mvpd } from '#src/fixtures';
import { samlStatus, statusCodes } from '#src/xacml-names';
import { createSigningKeys } from '#src/xml/keys';
import { type SignatureAlgorithm, signXml } from '#src/xml/signature';
import type { Outcome } from './decide.ts';
import { type DecisionDeps, decideAll, type Exchange, maxResources, respond } from './exchange.ts';
import { freshness, InvalidQuery, type Query, readQuery } from './read-query.ts';
import { readRequest, Undecidable } from './read-request.ts';
import { type ResponseFailure, writeFault, writeResponse } from './write-response.ts';

const algorithmOf = ({ authentication }: Mvpd): SignatureAlgorithm =>
  authentication?.protocol === 'saml' ? authentication.signature : 'rsa-sha256';

/** A key that nobody trusts. */
const untrustedKeys = createSigningKeys();

const iso = (time: number): string => new Date(time).toISOString();

const denied = {
  unknown: { subStatus: samlStatus.unknownPrincipal, message: 'Unknown subscriber' },
  ended: { subStatus: samlStatus.authnFailed, message: 'The session has ended' },
} as const;

/** The decision, or why there is none. A denial is a SAML success; an unknown subscriber is not. */
const decisionOf = (
  deps: DecisionDeps,
  exchange: Exchange,
  query: Query,
): readonly Outcome[] | ResponseFailure => {
  const { subjects } = deps;
  try {
    const request = readRequest(query.request, maxResources);
    if (request.subjectId === null)
      throw new Undecidable(statusCodes.missingAttribute, 'the request has no subject-id');
    const status = subjects.ofName(exchange.mvpd.id, request.subjectId);
    if (status.kind === 'live') return decideAll(deps, exchange, request, status);
    return { status: samlStatus.responder, ...denied[status.kind] };
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error;
    return { status: samlStatus.requester, subStatus: samlStatus.requestDenied, message: error.message };
  }
};

/** Seen queries, each remembered for as long as it counts as fresh. */
const createReplayCache = ({ clock }: Pick<DecisionDeps, 'clock'>) => {
  const seen = new Map<string, number>();
  return {
    isNew: (id: string): boolean => {
      const now = clock.now();
      for (const [old, at] of seen) {
        if (at + 2 * freshness >= now) break;
        seen.delete(old);
      }
      if (seen.has(id)) return false;
      seen.set(id, now);
      return true;
    },
    clear: () => seen.clear(),
  };
};

const isFailure = (decision: readonly Outcome[] | ResponseFailure): decision is ResponseFailure =>
  'status' in decision;

const responseTo = async (deps: DecisionDeps, exchange: Exchange, query: Query): Promise<string> => {
  const { clock, ids, adobe, faults } = deps;
  const { mvpd, authorization } = exchange;
  const decision = decisionOf(deps, exchange, query);
  const { outcomes, conditions, issuer, inResponseTo, signer } = faults.apply(mvpd.id, {
    outcomes: isFailure(decision) ? [] : decision,
    conditions: authorization.conditions,
    issuer: deps.entityIdOf(mvpd),
    inResponseTo: query.id,
    signer: 'own',
  });
  const now = clock.now();
  const id = `_${ids.uuid()}`;
  const statement = {
    assertionId: `_${ids.uuid()}`,
    audience: adobe.entityId,
    outcomes,
    notOnOrAfter: conditions === null ? null : iso(now + conditions * 1_000),
  };
  const response = writeResponse(
    { id, inResponseTo, issuer, issueInstant: iso(now) },
    isFailure(decision) ? decision : statement,
  );
  if (signer === null) return response;
  const keys = signer === 'own' ? deps.keyOf(mvpd) : untrustedKeys;
  const key = await keys.privateKey();
  return signXml(response, { key, algorithm: algorithmOf(mvpd), id, after: 'Issuer' });
};

/** Responds to signed XACMLAuthzDecisionQueries in SOAP 1.1 with a signed Response. */
export const createSoap = (deps: DecisionDeps) => {
  const { clock, adobe, fixtures, origins } = deps;
  const replayCache = createReplayCache(deps);
  const brands = fixtures.serviceProviders.map(({ id }) => id);
  return {
    answer: async (exchange: Exchange): Promise<void> => {
      const { ctx, mvpd, text } = exchange;
      try {
        const query = readQuery(text, {
          key: await adobe.key.publicKey(),
          algorithm: algorithmOf(mvpd),
          destination: new URL(ctx.path, origins.mvpd).href,
          issuer: adobe.entityId,
          brands,
          now: clock.now(),
          isNew: replayCache.isNew,
        });
        respond(exchange, 200, await responseTo(deps, exchange, query));
      } catch (error) {
        if (!(error instanceof InvalidQuery)) throw error;
        // SOAP 1.1, section 6.2: a fault has status 500.
        respond(exchange, 500, writeFault(error.fault, error.message));
      }
    },
    reset: replayCache.clear,
  };
};
