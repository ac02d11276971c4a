import type { ServerResponse } from 'node:http';
import type { JsonObject } from '#src/lib/json';
import type { Fixtures } from './fixtures.ts';
import { type Bent, idTokenFlaws, withIdToken, withoutNewestKey } from './identity-flaws.ts';
import { type BendName, bendNames } from './mvpd/saml/bends.ts';
import { rewriteAnswer } from './rewrite-answer.ts';

/**
 * What may be wrong in a party's own trade: `id-token/…` in an identity provider's answer, `keys/stale` in its key
 * set, `assertion/…` in what an MVPD says to Adobe about who signed in.
 */
export const flawNames = [
  ...idTokenFlaws.names,
  'keys/stale' as const,
  ...bendNames.map((name): `assertion/${BendName}` => `assertion/${name}`),
];

export type Flaw = (typeof flawNames)[number];

interface Deps {
  readonly fixtures: Pick<Fixtures, 'users' | 'mvpds'>;
  /** A token by the party's own key; what `claims` say is laid over all else. Undefined where it makes none. */
  readonly idTokenOf: (party: string, order: Bent & { user: string }) => Promise<string> | undefined;
  /** The MVPD's next assertion is wrong; answers how to take that back. */
  readonly bendAssertion: (mvpd: string, bend: BendName) => (() => void) | undefined;
}

interface Call {
  readonly party: string;
  readonly path: string;
  readonly response: ServerResponse;
}

/** Puts flaws of a party's own trade into the answer to one call. */
export const createFlaws = ({ fixtures, idTokenOf, bendAssertion }: Deps) => {
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

  const bendAssertions = ({ path, response }: Call, bend: BendName): void => {
    for (const mvpd of mvpdsAt(path)) {
      const takeBack = bendAssertion(mvpd, bend);
      // It belongs to this call alone, whether or not an assertion came of it.
      if (takeBack) response.once('close', takeBack);
    }
  };

  return {
    put: (flaw: Flaw, call: Call): void => {
      const idTokenFlaw = idTokenFlaws.find(flaw);
      const bend = bendNames.find((name) => flaw === `assertion/${name}`);
      if (idTokenFlaw) bendIdToken(call, idTokenFlaw);
      else if (bend) bendAssertions(call, bend);
      else rewriteAnswer(call.response, withoutNewestKey);
    },
  };
};

export type Flaws = ReturnType<typeof createFlaws>;
