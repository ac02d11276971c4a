/**
 * Service tokens that an app brings from an identity service of its own. This folder owns the checks of such a token
 * and of the keys that verify it. It must not know our own keys or accounts, and refuses to fetch what a token names.
 */

/** Whether a key (its modulus, base64url) is one of our own signing keys: nobody else may use them. */
export type IsOurs = (modulus: string) => boolean;

/** What the tokens of a trusted identity service must contain. */
export interface ExternalRules {
  /** Exact match. */
  readonly issuer: string;
  /** Exact match. */
  readonly audience: string;
  /** Maximum of exp - iat, milliseconds. */
  readonly longestLifetime: number;
}
