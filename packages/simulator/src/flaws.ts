import type { ServerResponse } from 'node:http';
import type { Fixtures } from '#src/fixtures';
import { type Bent, idTokenFlaws, withIdToken, withoutNewestKey } from '#src/identity-flaws';
import type { JsonObject } from '#src/lib/json';
import { type AssertionFaultKind, assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';
import { type AuthorizationFaultKind, authorizationFaultKinds } from '#src/mvpd/xacml/authorization-faults';
import { rewriteAnswer } from '#src/rewrite-answer';

/**
 * What may be wrong in a party's own trade: `id-token/…` in an identity provider's answer, `keys/stale` in its key
 * set, `assertion/…` in what an MVPD says to Adobe about who signed in, `decision/…` in what it answers to XACML.
 */
export const flawNames = [
  ...idTokenFlaws.names,
  'keys/stale' as const,
  ...assertionFaultKinds.map((name): `assertion/${AssertionFaultKind}` => `assertion/${name}`),
  ...authorizationFaultKinds.map((name): `decision/${AuthorizationFaultKind}` => `decision/${name}`),
];

export type Flaw = (typeof flawNames)[number];

interface Deps {
  readonly fixtures: Pick<Fixtures, 'users' | 'mvpds'>;
  /** A token by the party's own key; what `claims` say is laid over all else. Undefined where it makes none. */
  readonly idTokenOf: (party: string, order: Bent & { user: string }) => Promise<string> | undefined;
  /** The MVPD's next assertion is wrong; answers how to take that back. */
  readonly bendAssertion: (mvpd: string, bend: AssertionFaultKind) => (() => void) | undefined;
  /** Its next answer to XACML is. */
  readonly bendAnswer: (mvpd: string, bend: AuthorizationFaultKind) => (() => void) | undefined;
}

export interface Call {
  readonly party: string;
  readonly path: string;
  readonly response: ServerResponse;
}

/** Puts flaws of a party's own trade into the answer to one call. */
export const createFlaws = ({ fixtures, idTokenOf, bendAssertion, bendAnswer }: Deps) => {
  const bendIdToken = ({ party, response }: Call, { claims, flaw }: Bent): void => {
    const user = fixtures.users[0]?.id ?? '';
    const mint = (straight: JsonObject) =>
      idTokenOf(party, { user, claims: { ...straight, ...claims }, ...(flaw && { flaw }) });
    rewriteAnswer(response, (body) => withIdToken(body, mint));
  };

  /** The MVPDs at a path; a proxy speaks for several. */
  const mvpdsAt = (path: string): string[] => {
    const [, name] = path.split('/');
    return fixtures.mvpds
      .filter(
        ({ id, authentication }) =>
          id === name || (authentication?.protocol === 'saml' && authentication.proxy?.id === name),
      )
      .map(({ id }) => id);
  };

  const bendMvpd = ({ path, response }: Call, bend: (mvpd: string) => (() => void) | undefined): void => {
    for (const mvpd of mvpdsAt(path)) {
      const takeBack = bend(mvpd);
      // It belongs to this call alone, whether or not the MVPD had anything to say.
      if (takeBack) response.once('close', takeBack);
    }
  };

  return {
    put: (flaw: Flaw, call: Call): void => {
      const idTokenFlaw = idTokenFlaws.find(flaw);
      const assertion = assertionFaultKinds.find((name) => flaw === `assertion/${name}`);
      const decision = authorizationFaultKinds.find((name) => flaw === `decision/${name}`);
      if (idTokenFlaw) bendIdToken(call, idTokenFlaw);
      else if (assertion) bendMvpd(call, (mvpd) => bendAssertion(mvpd, assertion));
      else if (decision) bendMvpd(call, (mvpd) => bendAnswer(mvpd, decision));
      else rewriteAnswer(call.response, withoutNewestKey);
    },
  };
};

export type Flaws = ReturnType<typeof createFlaws>;
