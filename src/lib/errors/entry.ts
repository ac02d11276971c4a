/** What a client can do about an error, in the vocabulary of Adobe's enhanced error codes. */
export type ErrorAction = 'none' | 'configuration' | 'application-registration' | 'authentication' | 'retry';

export interface ErrorEntry {
  readonly status: number;
  readonly action: ErrorAction;
  readonly title: string;
  /** The RFC 6749 or RFC 7591 error code that OAuth endpoints send. */
  readonly oauth?: string;
}
