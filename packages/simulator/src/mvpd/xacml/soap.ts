import type { Mvpd } from '#src/fixtures';
import { samlStatus, statusCodes } from '#src/xacml-names';
import { createSigningKeys } from '#src/xml/keys';
import { type SignatureAlgorithm, signXml } from '#src/xml/signature';
import type { Outcome } from './decide.ts';
import { answer, type DecisionDeps, decideAll, type Exchange, mostResources } from './exchange.ts';
import { freshness, type Query, QueryRefused, readQuery } from './read-query.ts';
import { readRequest, Undecidable } from './read-request.ts';
import { type ResponseFailure, writeFault, writeResponse } from './write-response.ts';

const algorithmOf = ({ authentication }: Mvpd): SignatureAlgorithm =>
  authentication?.protocol === 'saml' ? authentication.signature : 'rsa-sha256';

/** Whose signature nobody should believe. */
const somebodyElse = createSigningKeys();

const iso = (time: number): string => new Date(time).toISOString();

const denied = {
  unknown: { subStatus: samlStatus.unknownPrincipal, message: 'The subscriber is not known' },
  ended: { subStatus: samlStatus.authnFailed, message: 'The session has ended' },
} as const;

/** What is decided, or why nothing is. A denial is a success of SAML; not to know the subscriber is none. */
const decisionOf = (
  deps: DecisionDeps,
  exchange: Exchange,
  query: Query,
): readonly Outcome[] | ResponseFailure => {
  const { subjects } = deps;
  try {
    const request = readRequest(query.request, mostResources);
    if (request.subjectId === null)
      throw new Undecidable(statusCodes.missingAttribute, 'a request without subject-id');
    const standing = subjects.ofName(exchange.mvpd.id, request.subjectId);
    if (standing.kind === 'live') return decideAll(deps, exchange, request, standing);
    return { status: samlStatus.responder, ...denied[standing.kind] };
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error;
    return { status: samlStatus.requester, subStatus: samlStatus.requestDenied, message: error.message };
  }
};

/** Which queries came before; each is remembered for as long as it would pass as fresh. */
const createSeen = ({ clock }: Pick<DecisionDeps, 'clock'>) => {
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

const respond = async (deps: DecisionDeps, exchange: Exchange, query: Query): Promise<string> => {
  const { clock, ids, adobe, bends } = deps;
  const { mvpd, authorization } = exchange;
  const decision = decisionOf(deps, exchange, query);
  const { outcomes, conditions, issuer, inResponseTo, signer } = bends.apply(mvpd.id, {
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
  const keys = signer === 'own' ? deps.keyOf(mvpd) : somebodyElse;
  const key = await keys.privateKey();
  return signXml(response, { key, algorithm: algorithmOf(mvpd), id, after: 'Issuer' });
};

/** A signed XACMLAuthzDecisionQuery in SOAP 1.1, answered by a signed Response. */
export const createSoap = (deps: DecisionDeps) => {
  const { clock, adobe, fixtures, origins } = deps;
  const seen = createSeen(deps);
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
          isNew: seen.isNew,
        });
        answer(exchange, 200, await respond(deps, exchange, query));
      } catch (error) {
        if (!(error instanceof QueryRefused)) throw error;
        // SOAP 1.1, section 6.2: a fault goes out with status 500.
        answer(exchange, 500, writeFault(error.fault, error.message));
      }
    },
    reset: seen.clear,
  };
};
