import type { User } from '#src/fixtures';

/** The value of an authorization code. */
export interface Code {
  readonly user: User;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  /** Seconds since 1970. */
  readonly authTime: number;
}

/** The value of a refresh or access token. */
export interface Token {
  readonly user: User;
  readonly scopes: readonly string[];
  readonly authTime: number;
}

/** RFC 6749 §5.2, always with 400; https://developer.apple.com/documentation/signinwithapplerestapi/errorresponse */
export class AppleError extends Error {
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.name = 'AppleError';
    this.error = error;
  }
}
