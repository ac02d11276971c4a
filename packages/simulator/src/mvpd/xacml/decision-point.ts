/**
 * Where the MVPDs decide what their subscribers may watch: XACML 2.0, bare, in SOAP 1.1, or with a bearer token. It
 * owns reading and answering a request. It refuses what is unsigned, stale, replayed, not for it, or not about VIEW.
 */
import type { RouterContext } from '@koa/router';
import getRawBody from 'raw-body';
import { mediaType, type Route } from '#src/site';
import { type AnswerBend, createAnswerBends } from './authorization-faults.ts';
import { answerBare } from './bare.ts';
import { answer, type DecisionDeps } from './exchange.ts';
import { createSoap } from './soap.ts';
import { writeFault } from './write-response.ts';

export interface DecisionPoint {
  readonly routes: readonly Route[];
  /** The MVPD's next `times` answers are wrong in this way; for ever unless given. Answers how to take it back. */
  bend(mvpd: string, bend: AnswerBend, times?: number): () => void;
  straighten(): void;
  /** Forgets which queries came before, and straightens. */
  reset(): void;
}

const mediaTypes = ['text/xml', 'application/xml', 'application/xacml+xml'];
const largestBody = 64 * 1024;

export const createDecisionPoint = (given: Omit<DecisionDeps, 'bends'>): DecisionPoint => {
  const bends = createAnswerBends();
  const deps: DecisionDeps = { ...given, bends };
  const soap = createSoap(deps);
  const handle = async (ctx: RouterContext): Promise<void> => {
    const refuse = (status: number, message: string) =>
      answer({ ctx }, status, writeFault('Client', message));
    const mvpd = deps.fixtures.mvpds.find(({ id }) => id === ctx.params['mvpd']);
    const authorization = mvpd?.authorization;
    if (!mvpd || !authorization) return refuse(404, 'nobody decides here');
    if (!mediaTypes.includes(mediaType(ctx.headers['content-type'])))
      return refuse(415, 'the request is not sent as XML');
    const text = await getRawBody(ctx.req, { limit: largestBody, encoding: 'utf-8' }).catch(() => null);
    if (text === null) return refuse(413, 'the request is too large');
    const exchange = { ctx, mvpd, authorization, text };
    if (authorization.request === 'soap') return soap.answer(exchange);
    answerBare(deps, exchange);
  };
  const route: Route = { operation: 'authorization', method: 'post', path: '/:mvpd/authorization', handle };
  return {
    routes: [route],
    bend: bends.add,
    straighten: bends.clear,
    reset: () => {
      soap.reset();
      bends.clear();
    },
  };
};
