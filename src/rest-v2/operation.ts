import type { ZodObject, ZodType } from 'zod';

/** A request header that some reference page lists. */
export type HeaderName =
  | 'authorization'
  | 'content-type'
  | 'ap-device-identifier'
  | 'x-device-info'
  | 'x-forwarded-for'
  | 'ad-service-token'
  | 'adobe-subject-token'
  | 'x-roku-reserved-roku-connect-token'
  | 'ap-partner-framework-status'
  | 'ap-temppass-identity'
  | 'ap-visitor-identifier'
  | 'accept'
  | 'user-agent';

export type ContentType = 'application/json' | 'application/x-www-form-urlencoded';

/** One method of one path, at Adobe and at the gateway alike. */
export interface Endpoint {
  /** The `operation` label of metrics, and the operationId in OpenAPI. */
  readonly name: string;
  /** The `route` label of metrics and logs. */
  readonly route: string;
  readonly method: 'GET' | 'POST';
  /** `{…}` is one path segment. */
  readonly path: string;
  /** The path in Adobe's samples where they contradict the reference; calls to it are sent to `path`. */
  readonly samplePath?: string;
  /** What the reference page lists. */
  readonly headers: readonly HeaderName[];
  /** Only Adobe's OpenAPI file lists these; `strictHeaderTable` keeps them out. */
  readonly openApiHeaders?: readonly HeaderName[];
  readonly query?: ZodObject;
  readonly body?: { readonly contentType: ContentType; readonly shape: ZodObject };
  /** Adobe's answer on success. */
  readonly answer?: ZodType;
  /** One line for OpenAPI. */
  readonly summary: string;
}

/** An operation of REST API V2 that the gateway forwards. */
export interface Operation extends Endpoint {
  /**
   * Whose credentials the call uses:
   * - `viewer`: those of the viewer on this instance, with the viewer's service token if somebody is signed in;
   * - `instance`: the same credentials, never a service token;
   * - `code`: those that created the authentication code in the path, for any caller of the same family.
   */
  readonly caller: 'viewer' | 'instance' | 'code';
  readonly answer: ZodType;
  /** The reference page lists the device's headers as optional. */
  readonly deviceMayBeUnknown?: true;
  /** Shapes of path parameters other than serviceProvider, mvpd, partner and code. */
  readonly parameters?: Readonly<Record<string, ZodType<string>>>;
  /**
   * - `call`: a read without side effects, repeated after a transport failure or 502, 503, 504;
   * - `resources`: asked again for the resources whose decision says `action: retry`.
   */
  readonly repeatable?: 'call' | 'resources';
  /** The answer may be held back until there is a profile (`Prefer: wait`, `Accept: text/event-stream`). */
  readonly isHeld?: true;
  /** The answer has URLs that a browser opens, with each logout. */
  readonly hasLogoutUrls?: true;
}

/** What an app sent with an operation, restricted to what the row lists. */
export interface Input {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Where the app's Content-Type names it. */
  readonly charset?: 'utf-8' | undefined;
}
