import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import { flaws } from '#src/identity/signer';
import { fail } from '#src/lib/errors';

const orderSchema = (fixtures: Fixtures) =>
  z.strictObject({
    user: z.enum(fixtures.users.map(({ id }) => id)),
    kind: z
      .string()
      .optional()
      .describe('Which of the tokens that the provider has; `GET /identities` lists them'),
    audience: z.string().optional(),
    nonce: z.string().optional(),
    expiresIn: z.int().optional().describe('Seconds; negative for a token that is expired already'),
    claims: z
      .record(z.string(), z.json())
      .optional()
      .describe("Laid over the token's own; null leaves one out"),
    flaw: z.enum(flaws).optional().describe('What is wrong with the signature'),
  });

export type TokenOrder = z.output<ReturnType<typeof orderSchema>>;

/** An identity provider, as far as it hands out tokens. */
export interface TokenParty {
  mintIdToken?(order: TokenOrder): Promise<string>;
  mintAccessToken?(order: TokenOrder): Promise<string>;
  rotateKeys?(): Promise<void>;
}

export interface TokenControl {
  /**
   * As the provider (`dtc`, `google`, …) or its SDK hands it to an app: for the gateway's client id and an hour unless
   * told otherwise. Errors: gateway_parameter_invalid, ZodError.
   */
  idToken(party: string, order: TokenOrder): Promise<string>;
  /** Errors: gateway_parameter_invalid, ZodError. */
  accessToken(party: string, order: TokenOrder): Promise<string>;
  /** The provider signs with a new key from now on. Errors: gateway_parameter_invalid. */
  rotateKeys(party: string): Promise<void>;
}

export const createTokenControl = (
  partyOf: (name: string) => TokenParty | undefined,
  fixtures: Fixtures,
): TokenControl => {
  const schema = orderSchema(fixtures);
  const able = <T>(party: string, ability: T | undefined, what: string): T => {
    if (ability === undefined)
      throw fail('gateway_parameter_invalid', { field: 'party', hint: `"${party}" ${what}` });
    return ability;
  };
  return {
    idToken: async (party, order) =>
      able(party, partyOf(party)?.mintIdToken, 'hands out no such token')(schema.parse(order)),
    accessToken: async (party, order) =>
      able(party, partyOf(party)?.mintAccessToken, 'hands out no such token')(schema.parse(order)),
    rotateKeys: async (party) => able(party, partyOf(party)?.rotateKeys, 'has no keys to rotate')(),
  };
};
