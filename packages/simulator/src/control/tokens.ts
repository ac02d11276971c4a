import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import { signatureFaults } from '#src/identity/signer';
import { fail } from '#src/lib/errors';

const requestSchema = (fixtures: Fixtures) =>
  z.strictObject({
    user: z.enum(fixtures.users.map(({ id }) => id)),
    kind: z.string().optional().describe('One of the provider’s token kinds; see `GET /identities`'),
    audience: z.string().optional(),
    nonce: z.string().optional(),
    expiresIn: z.int().optional().describe('Seconds; negative for an expired token'),
    claims: z
      .record(z.string(), z.json())
      .optional()
      .describe('Override the token’s own claims; null removes a claim'),
    flaw: z.enum(signatureFaults).optional().describe('Signature fault'),
  });

export type TokenRequest = z.output<ReturnType<typeof requestSchema>>;

/** An identity provider, as far as it issues tokens. */
export interface TokenParty {
  mintIdToken?(request: TokenRequest): Promise<string>;
  mintAccessToken?(request: TokenRequest): Promise<string>;
  rotateKeys?(): Promise<void>;
}

export interface TokenControl {
  /**
   * As the provider (`dtc`, `google`, …) or its SDK returns it to an app; by default for the gateway's client id and
   * one hour. Errors: gateway_parameter_invalid, ZodError.
   */
  idToken(party: string, request: TokenRequest): Promise<string>;
  /** Errors: gateway_parameter_invalid, ZodError. */
  accessToken(party: string, request: TokenRequest): Promise<string>;
  /** The provider signs with a new key from now on. Errors: gateway_parameter_invalid. */
  rotateKeys(party: string): Promise<void>;
}

export const createTokenControl = (
  partyOf: (name: string) => TokenParty | undefined,
  fixtures: Fixtures,
): TokenControl => {
  const schema = requestSchema(fixtures);
  const required = <T>(party: string, ability: T | undefined, missing: string): T => {
    if (ability === undefined)
      throw fail('gateway_parameter_invalid', { field: 'party', hint: `"${party}" ${missing}` });
    return ability;
  };
  return {
    idToken: async (party, request) =>
      required(party, partyOf(party)?.mintIdToken, 'does not issue ID tokens')(schema.parse(request)),
    accessToken: async (party, request) =>
      required(party, partyOf(party)?.mintAccessToken, 'does not issue access tokens')(schema.parse(request)),
    rotateKeys: async (party) => required(party, partyOf(party)?.rotateKeys, 'has no keys to rotate')(),
  };
};
