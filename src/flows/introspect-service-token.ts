import type { Revocations } from '#src/families/revocations';
import { type Clock, seconds } from '#src/lib/clock';
import { hasCode } from '#src/lib/errors';
import type { ServiceTokenClaims } from '#src/service-token/claims';
import { decodeServiceToken, diagnose } from '#src/service-token/diagnose';
import type { KnownKey } from '#src/service-token/ports';
import type { VerifyServiceToken } from '#src/service-token/verify';

interface Deps {
  readonly verifyServiceToken: VerifyServiceToken;
  readonly revocations: Pick<Revocations, 'anyOf'>;
  /** Those that issue service tokens. */
  readonly families: readonly {
    readonly id: string;
    readonly serviceToken: { readonly issuer: string; readonly audience: string };
  }[];
  /** A key of the ring, in any state. */
  findKey(kid: string): KnownKey | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

interface Key {
  readonly kid?: string;
  readonly key_state?: string;
}

/** RFC 7662 §2.2, for operators: an inactive token comes with the reasons. */
export type Introspection =
  | ({ readonly active: true; readonly token_type: 'ad-service-token'; readonly families: string[] } & Key &
      ServiceTokenClaims)
  | ({ readonly active: false; readonly reasons: string[] } & Key);

export type IntrospectServiceToken = (token: string) => Promise<Introspection>;

/** Whether a service token of ours is valid now, for which families, with which key; if not, why. */
export const createIntrospectServiceToken =
  ({ verifyServiceToken, revocations, families, findKey, clock }: Deps): IntrospectServiceToken =>
  async (token) => {
    const { header = {}, claims: unverified = {} } = decodeServiceToken(token) ?? {};
    const kid = typeof header['kid'] === 'string' ? header['kid'] : undefined;
    const state = kid === undefined ? undefined : findKey(kid)?.state;
    const key: Key = { ...(kid !== undefined && { kid }), ...(state !== undefined && { key_state: state }) };
    const issuing = families.filter(({ serviceToken }) => serviceToken.issuer === unverified['iss']);
    const [family] = issuing.filter(({ serviceToken }) => serviceToken.audience === unverified['aud']);
    const claims = family && (await verified(token, family.serviceToken));
    if (!claims) {
      const expected = families.map(({ serviceToken }) => serviceToken);
      return {
        active: false,
        reasons: diagnose(token, { now: seconds(clock.now()), expected, findKey }),
        ...key,
      };
    }
    if (await revocations.anyOf([{ kind: 'jti', id: claims.jti }]))
      return { active: false, reasons: ['its jti is revoked'], ...key };
    const served = issuing.filter(({ serviceToken }) => serviceToken.audience === claims.aud);
    return {
      active: true,
      token_type: 'ad-service-token',
      families: served.map(({ id }) => id),
      ...claims,
      ...key,
    };

    async function verified(
      text: string,
      expected: { issuer: string; audience: string },
    ): Promise<ServiceTokenClaims | undefined> {
      return verifyServiceToken(text, expected).catch((error: unknown) => {
        if (hasCode(error, 'gateway_service_token_invalid')) return undefined;
        throw error;
      });
    }
  };
