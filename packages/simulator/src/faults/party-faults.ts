import type { ServerResponse } from 'node:http';
import type { Fixtures } from '#src/fixtures';
import type { JsonObject } from '#src/lib/json';
import { type AssertionFaultKind, assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';
import { type AuthorizationFaultKind, authorizationFaultKinds } from '#src/mvpd/xacml/authorization-faults';
import {
  findIdTokenFault,
  type IdTokenFault,
  idTokenFaultNames,
  withIdToken,
  withoutNewestKey,
} from './id-token-faults.ts';
import { rewriteResponse } from './rewrite-response.ts';

/**
 * Faults in what a party says rather than in how it responds: `id-token/…` in an identity provider's token response,
 * `keys/stale` in its key set, `assertion/…` in an MVPD's SAML assertion, `decision/…` in its XACML response.
 */
export const partyFaultNames = [
  ...idTokenFaultNames,
  'keys/stale' as const,
  ...assertionFaultKinds.map((name): `assertion/${AssertionFaultKind}` => `assertion/${name}`),
  ...authorizationFaultKinds.map((name): `decision/${AuthorizationFaultKind}` => `decision/${name}`),
];

export type PartyFault = (typeof partyFaultNames)[number];

/** Withdraws an injected fault. */
type Withdraw = () => void;

interface Deps {
  readonly fixtures: Pick<Fixtures, 'users' | 'mvpds'>;
  /** Signed with the party's own key; `claims` override all others. Undefined for a party without ID tokens. */
  readonly idTokenOf: (
    party: string,
    request: IdTokenFault & { user: string },
  ) => Promise<string> | undefined;
  /** Makes the MVPD's next assertion faulty. */
  readonly injectAssertionFault: (mvpd: string, fault: AssertionFaultKind) => Withdraw;
  /** Makes the MVPD's next XACML response faulty. */
  readonly injectAuthorizationFault: (mvpd: string, fault: AuthorizationFaultKind) => Withdraw;
}

interface Call {
  readonly party: string;
  readonly path: string;
  readonly response: ServerResponse;
}

export interface PartyFaults {
  /** Injects the fault into the response to this call only. */
  inject(fault: PartyFault, call: Call): void;
}

export const createPartyFaults = ({
  fixtures,
  idTokenOf,
  injectAssertionFault,
  injectAuthorizationFault,
}: Deps): PartyFaults => {
  const injectIdTokenFault = ({ party, response }: Call, { claims, flaw }: IdTokenFault): void => {
    const user = fixtures.users[0]?.id ?? '';
    const mint = (original: JsonObject) =>
      idTokenOf(party, { user, claims: { ...original, ...claims }, ...(flaw && { flaw }) });
    rewriteResponse(response, (body) => withIdToken(body, mint));
  };

  /** The MVPDs behind a path; a proxy serves several. */
  const mvpdsAt = (path: string): string[] => {
    const [, name] = path.split('/');
    return fixtures.mvpds
      .filter(
        ({ id, authentication }) =>
          id === name || (authentication?.protocol === 'saml' && authentication.proxy?.id === name),
      )
      .map(({ id }) => id);
  };

  const injectMvpdFault = ({ path, response }: Call, injectInto: (mvpd: string) => Withdraw): void => {
    // Withdrawn when the call ends, even if the MVPD never used it: the fault belongs to this call only.
    for (const mvpd of mvpdsAt(path)) response.once('close', injectInto(mvpd));
  };

  return {
    inject: (fault, call) => {
      const idTokenFault = findIdTokenFault(fault);
      const assertion = assertionFaultKinds.find((name) => fault === `assertion/${name}`);
      const decision = authorizationFaultKinds.find((name) => fault === `decision/${name}`);
      if (idTokenFault) injectIdTokenFault(call, idTokenFault);
      else if (assertion) injectMvpdFault(call, (mvpd) => injectAssertionFault(mvpd, assertion));
      else if (decision) injectMvpdFault(call, (mvpd) => injectAuthorizationFault(mvpd, decision));
      else rewriteResponse(call.response, withoutNewestKey);
    },
  };
};
