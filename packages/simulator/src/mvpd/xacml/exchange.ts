import type { RouterContext } from '@koa/router';
import type { Authorization, Mvpd, Subscription } from '#src/fixtures';
import type { PartyContext } from '#src/party';
import type { SigningKeys } from '#src/xml/keys';
import type { AuthorizationFaults } from './authorization-faults.ts';
import { decide, type Outcome } from './decide.ts';
import type { XacmlRequest } from './read-request.ts';

/** The subscriber of a request, and whether the underlying login is still valid. */
export type SubjectStatus =
  | {
      readonly kind: 'live';
      readonly session: { readonly atHome: boolean };
      readonly subscription: Subscription;
    }
  | { readonly kind: 'ended' }
  | { readonly kind: 'unknown' };

export interface Subjects {
  /** By the ID of the login's assertion. */
  ofAssertion(mvpd: string, assertion: string): SubjectStatus;
  /** By a NameID. */
  ofName(mvpd: string, name: string): SubjectStatus;
  /** By an OAuth 2.0 access token. */
  ofAccessToken(mvpd: string, token: string): SubjectStatus;
}

export interface DecisionDeps extends Pick<PartyContext, 'fixtures' | 'origins' | 'clock' | 'ids'> {
  readonly subjects: Subjects;
  readonly faults: AuthorizationFaults;
  /** The key of the MVPD, or of the proxy that signs for it. */
  readonly keyOf: (mvpd: Mvpd) => Pick<SigningKeys, 'privateKey'>;
  /** The MVPD's entity id. */
  readonly entityIdOf: (mvpd: Mvpd) => string;
  /** The only trusted requester. */
  readonly adobe: { readonly entityId: string; readonly key: Pick<SigningKeys, 'publicKey'> };
}

/** One request to an MVPD. */
export interface Exchange {
  readonly ctx: RouterContext;
  readonly mvpd: Mvpd;
  readonly authorization: Authorization;
  readonly text: string;
}

/** A request for more resources is rejected. */
export const maxResources = 50;

export const respond = ({ ctx }: Pick<Exchange, 'ctx'>, status: number, body: string): void => {
  ctx.status = status;
  ctx.set('Content-Type', 'text/xml; charset=utf-8');
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
};

export const decideAll = (
  { fixtures }: Pick<DecisionDeps, 'fixtures'>,
  { authorization }: Pick<Exchange, 'authorization'>,
  { resources, address }: XacmlRequest,
  { session, subscription }: Extract<SubjectStatus, { kind: 'live' }>,
): readonly Outcome[] => {
  const principal = { subscription, atHome: session.atHome };
  const isKnown = (resource: string) => fixtures.resources.includes(resource);
  return resources.map((resource) => decide({ principal, resource, isKnown, address, authorization }));
};
