/** What a client can do about an error, in the vocabulary of Adobe's enhanced error codes. */
export type ErrorAction = 'none' | 'configuration' | 'application-registration' | 'authentication' | 'retry';

export interface ErrorEntry {
  readonly status: number;
  readonly action: ErrorAction;
  /** Instead of `action`, for a client that was registered with a software statement and has no sign-in to renew. */
  readonly actionIfRegistered?: ErrorAction;
  readonly title: string;
  /** The RFC 6749 or RFC 7591 error code that OAuth endpoints send. */
  readonly oauth?: string;
}

/** What an action asks of whoever reads it. */
export const advice: Readonly<Record<ErrorAction, string>> = {
  none: 'Sending the same request again will not help. The message names what to change.',
  configuration:
    'Ask the operator of the gateway: its settings, or those at Adobe, do not allow this request.',
  'application-registration': 'Register the app again, request a new access token, and repeat the request.',
  authentication: 'Sign the viewer in again, then repeat the request.',
  retry: 'Wait for the seconds in Retry-After, or for a moment if there are none, then repeat the request.',
};
