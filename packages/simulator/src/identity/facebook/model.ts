import type { User } from '#src/fixtures';
import type { Challenge } from '../pkce.ts';

/** The value of an authorization code. */
export interface Code {
  readonly user: User;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly challenge: Challenge | undefined;
  /** The `auth_nonce` of a dialog that asked for the password although the user was signed in. */
  readonly reauthenticated: string | undefined;
}

/** The value of a user access token. */
export interface Token {
  readonly user: User;
  readonly appId: string;
  readonly scopes: readonly string[];
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** As in the code; undefined for tokens from elsewhere. */
  readonly reauthenticated?: string | undefined;
}

/** The user's address, if Facebook has it and may share it. */
export type EmailOf = (user: User, scopes: readonly string[]) => string | undefined;

interface ErrorFields {
  readonly message: string;
  readonly code: number;
  readonly subcode?: number;
  readonly type?: 'OAuthException' | 'GraphMethodException';
  /** For display to the user. */
  readonly userTitle?: string;
  readonly userMessage?: string;
}

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
export class GraphError extends Error {
  readonly fields: ErrorFields;

  constructor(fields: ErrorFields) {
    super(fields.message);
    this.name = 'GraphError';
    this.fields = fields;
  }
}
