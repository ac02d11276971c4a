import { reasonCodes, statusCodes } from '#src/xacml-names';
import { parseXml, XmlRefused } from '#src/xml/parse';
import { denyAll, type Outcome } from './decide.ts';
import {
  answer,
  type DecisionDeps,
  decideAll,
  type Exchange,
  mostResources,
  type Standing,
} from './exchange.ts';
import { readRequest, Undecidable, type XacmlRequest } from './read-request.ts';
import { writeBareResponse } from './write-response.ts';

const bearerOf = ({ ctx }: Exchange): string =>
  /^Bearer +([\w.~+/-]+=*)$/i.exec(ctx.get('Authorization'))?.[1] ?? '';

const decoded = (encoded: string): string =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64').toString('utf8') : '';

const standingOf = (
  { subjects }: DecisionDeps,
  exchange: Exchange,
  { subjectToken }: XacmlRequest,
): Standing => {
  const { mvpd, authorization } = exchange;
  if (authorization.request === 'bearer') return subjects.ofAccessToken(mvpd.id, bearerOf(exchange));
  if (subjectToken === null)
    throw new Undecidable(statusCodes.missingAttribute, 'a request without subject-token');
  return subjects.ofAssertion(mvpd.id, decoded(subjectToken));
};

const denied = {
  unknown: { code: reasonCodes.unknownSubject, message: 'The subscriber is not known' },
  ended: { code: reasonCodes.sessionEnded, message: 'The session has ended' },
} as const;

const indeterminate = (statusCode: string, statusMessage: string): Outcome => ({
  resource: '',
  decision: 'Indeterminate',
  statusCode,
  statusMessage,
  obligations: [],
});

const decisionOf = (deps: DecisionDeps, exchange: Exchange, request: XacmlRequest) => {
  const standing = standingOf(deps, exchange, request);
  if (standing.kind === 'live')
    return { isBearerGood: true, outcomes: decideAll(deps, exchange, request, standing) };
  // The bare form has no place for this but a denial.
  const { code, message } = denied[standing.kind];
  return { isBearerGood: false, outcomes: denyAll(request.resources, code, message) };
};

/** A Request of XACML 2.0 and nothing around it; whom it is about, its subject-token or the bearer token says. */
export const answerBare = (deps: DecisionDeps, exchange: Exchange): void => {
  const { mvpd, authorization } = exchange;
  try {
    const request = readRequest(parseXml(exchange.text), mostResources);
    const decision = decisionOf(deps, exchange, request);
    const refused = authorization.request === 'bearer' && !decision.isBearerGood;
    if (refused) exchange.ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
    const straight = { conditions: null, issuer: '', inResponseTo: '', signer: null };
    const { outcomes } = deps.bends.apply(mvpd.id, { ...straight, outcomes: decision.outcomes });
    const asked = request.resources.map(({ id }) => id);
    answer(exchange, refused ? 401 : 200, writeBareResponse(outcomes, asked));
  } catch (error) {
    if (!(error instanceof Undecidable || error instanceof XmlRefused)) throw error;
    const code = error instanceof Undecidable ? error.statusCode : statusCodes.syntaxError;
    answer(exchange, 400, writeBareResponse([indeterminate(code, error.message)]));
  }
};
