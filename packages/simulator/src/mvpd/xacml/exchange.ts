import type { RouterContext } from '@koa/router';
import type { Authorization, Mvpd, Subscription } from '#src/fixtures';
import type { PartyContext } from '#src/party';
import type { SigningKeys } from '#src/xml/keys';
import type { AnswerBends } from './authorization-faults.ts';
import { decide, type Outcome } from './decide.ts';
import type { XacmlRequest } from './read-request.ts';

/** Whom a request speaks of, and whether the login that it stands on still holds. */
export type Standing =
  | {
      readonly kind: 'live';
      readonly session: { readonly atHome: boolean };
      readonly subscription: Subscription;
    }
  | { readonly kind: 'ended' }
  | { readonly kind: 'unknown' };

export interface Subjects {
  /** By the ID of the assertion that told Adobe of the login. */
  ofAssertion(mvpd: string, assertion: string): Standing;
  /** By a NameID. */
  ofName(mvpd: string, name: string): Standing;
  /** By an OAuth 2.0 access token. */
  ofAccessToken(mvpd: string, token: string): Standing;
}

export interface DecisionDeps extends Pick<PartyContext, 'fixtures' | 'origins' | 'clock' | 'ids'> {
  readonly subjects: Subjects;
  readonly bends: AnswerBends;
  /** With which the MVPD, or whoever signs for it, signs. */
  readonly keyOf: (mvpd: Mvpd) => Pick<SigningKeys, 'privateKey'>;
  /** What the MVPD calls itself. */
  readonly entityIdOf: (mvpd: Mvpd) => string;
  /** Who alone may ask. */
  readonly adobe: { readonly entityId: string; readonly key: Pick<SigningKeys, 'publicKey'> };
}

/** One question that reached an MVPD. */
export interface Exchange {
  readonly ctx: RouterContext;
  readonly mvpd: Mvpd;
  readonly authorization: Authorization;
  readonly text: string;
}

/** Above it a request is refused. */
export const mostResources = 50;

export const answer = ({ ctx }: Pick<Exchange, 'ctx'>, status: number, body: string): void => {
  ctx.status = status;
  ctx.set('Content-Type', 'text/xml; charset=utf-8');
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
};

export const decideAll = (
  { fixtures }: Pick<DecisionDeps, 'fixtures'>,
  { authorization }: Pick<Exchange, 'authorization'>,
  { resources, address }: XacmlRequest,
  { session, subscription }: Extract<Standing, { kind: 'live' }>,
): readonly Outcome[] => {
  const principal = { subscription, atHome: session.atHome };
  const isKnown = (resource: string) => fixtures.resources.includes(resource);
  return resources.map((resource) => decide({ principal, resource, isKnown, address, authorization }));
};
