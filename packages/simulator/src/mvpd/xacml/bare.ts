import { reasonCodes, statusCodes } from '#src/xacml-names';
import { InvalidXml, parseXml } from '#src/xml/parse';
import { denyAll, type Outcome } from './decide.ts';
import {
  type DecisionDeps,
  decideAll,
  type Exchange,
  maxResources,
  respond,
  type SubjectStatus,
} from './exchange.ts';
import { readRequest, Undecidable, type XacmlRequest } from './read-request.ts';
import { writeBareResponse } from './write-response.ts';

const bearerOf = ({ ctx }: Exchange): string =>
  /^Bearer +([\w.~+/-]+=*)$/i.exec(ctx.get('Authorization'))?.[1] ?? '';

const decoded = (encoded: string): string =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64').toString('utf8') : '';

const subjectStatusOf = (
  { subjects }: DecisionDeps,
  exchange: Exchange,
  { subjectToken }: XacmlRequest,
): SubjectStatus => {
  const { mvpd, authorization } = exchange;
  if (authorization.request === 'bearer') return subjects.ofAccessToken(mvpd.id, bearerOf(exchange));
  if (subjectToken === null)
    throw new Undecidable(statusCodes.missingAttribute, 'the request has no subject-token');
  return subjects.ofAssertion(mvpd.id, decoded(subjectToken));
};

const denied = {
  unknown: { code: reasonCodes.unknownSubject, message: 'Unknown subscriber' },
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
  const status = subjectStatusOf(deps, exchange, request);
  if (status.kind === 'live')
    return { isBearerValid: true, outcomes: decideAll(deps, exchange, request, status) };
  // The bare form can express this only as a denial.
  const { code, message } = denied[status.kind];
  return { isBearerValid: false, outcomes: denyAll(request.resources, code, message) };
};

/** A plain XACML 2.0 Request. The subject is its subject-token, or the bearer token. */
export const answerBare = (deps: DecisionDeps, exchange: Exchange): void => {
  const { mvpd, authorization } = exchange;
  try {
    const request = readRequest(parseXml(exchange.text), maxResources);
    const decision = decisionOf(deps, exchange, request);
    const isUnauthorized = authorization.request === 'bearer' && !decision.isBearerValid;
    if (isUnauthorized) exchange.ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
    const soapOnly = { conditions: null, issuer: '', inResponseTo: '', signer: null };
    const { outcomes } = deps.faults.apply(mvpd.id, { ...soapOnly, outcomes: decision.outcomes });
    const asked = request.resources.map(({ id }) => id);
    respond(exchange, isUnauthorized ? 401 : 200, writeBareResponse(outcomes, asked));
  } catch (error) {
    if (!(error instanceof Undecidable || error instanceof InvalidXml)) throw error;
    const code = error instanceof Undecidable ? error.statusCode : statusCodes.syntaxError;
    respond(exchange, 400, writeBareResponse([indeterminate(code, error.message)]));
  }
};
