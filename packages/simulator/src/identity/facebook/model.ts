import type { User } from '#src/fixtures';
import type { Challenge } from '../pkce.ts';

/** What a code stands for. */
export interface Code {
  readonly user: User;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly challenge: Challenge | undefined;
}

/** What a user access token stands for. */
export interface Token {
  readonly user: User;
  readonly appId: string;
  readonly scopes: readonly string[];
  /** Seconds since 1970. */
  readonly issuedAt: number;
}

/** The user's address as far as Facebook has and shares it. */
export type EmailOf = (user: User, scopes: readonly string[]) => string | undefined;

interface Fault {
  readonly message: string;
  readonly code: number;
  readonly subcode?: number;
  readonly type?: 'OAuthException' | 'GraphMethodException';
  /** What the app may show to the person. */
  readonly userTitle?: string;
  readonly userMessage?: string;
}

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
export class GraphError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'GraphError';
    this.fault = fault;
  }
}
