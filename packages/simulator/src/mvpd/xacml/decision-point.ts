/**
 * The MVPDs' policy decision point: XACML 2.0, bare, in SOAP 1.1, or with a bearer token. This folder owns reading a
 * request and writing the response; it rejects requests that are unsigned, stale, replayed, meant for another
 * recipient, or for an action other than VIEW. It must not know how a subscriber signed in.
 */
import type { RouterContext } from '@koa/router';
import getRawBody from 'raw-body';
import { mediaType, type Route } from '#src/site';
import { type AuthorizationFaultKind, createAuthorizationFaults } from './authorization-faults.ts';
import { answerBare } from './bare.ts';
import { type DecisionDeps, respond } from './exchange.ts';
import { createSoap } from './soap.ts';
import { writeFault } from './write-response.ts';

export interface DecisionPoint {
  readonly routes: readonly Route[];
  /** Makes the MVPD's next `times` responses wrong, or all of them. Returns a function that removes the fault. */
  injectFault(mvpd: string, kind: AuthorizationFaultKind, times?: number): () => void;
  clearFaults(): void;
  /** Forgets seen queries and clears faults. */
  reset(): void;
}

const mediaTypes = ['text/xml', 'application/xml', 'application/xacml+xml'];
const maxBodySize = 64 * 1024;

export const createDecisionPoint = (given: Omit<DecisionDeps, 'faults'>): DecisionPoint => {
  const faults = createAuthorizationFaults();
  const deps: DecisionDeps = { ...given, faults };
  const soap = createSoap(deps);
  const handle = async (ctx: RouterContext): Promise<void> => {
    const refuse = (status: number, message: string) =>
      respond({ ctx }, status, writeFault('Client', message));
    const mvpd = deps.fixtures.mvpds.find(({ id }) => id === ctx.params['mvpd']);
    const authorization = mvpd?.authorization;
    if (!mvpd || !authorization) return refuse(404, 'there is no decision point for this MVPD');
    if (!mediaTypes.includes(mediaType(ctx.headers['content-type'])))
      return refuse(415, 'the content type is not XML');
    const text = await getRawBody(ctx.req, { limit: maxBodySize, encoding: 'utf-8' }).catch(() => null);
    if (text === null) return refuse(413, 'the request is too large');
    const exchange = { ctx, mvpd, authorization, text };
    if (authorization.request === 'soap') return soap.answer(exchange);
    answerBare(deps, exchange);
  };
  const route: Route = { operation: 'authorization', method: 'post', path: '/:mvpd/authorization', handle };
  return {
    routes: [route],
    injectFault: faults.add,
    clearFaults: faults.clear,
    reset: () => {
      soap.reset();
      faults.clear();
    },
  };
};
