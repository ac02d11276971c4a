import type { Config } from '#src/config/schema';
import { asksForPage, isOpenedByHand } from '#src/lib/asks-for-page';
import { catalogue, type ErrorCode, entryOf, fail, KinpassError } from '#src/lib/errors';
import type { ErrorAction } from '#src/lib/errors/entry';
import { errorFields, type Log } from '#src/observability/logger';
import { noteError } from '#src/observability/request-facts';
import type { Context, Middleware } from './context.ts';

export interface ShownError {
  readonly status: number;
  readonly message: string;
  /** Whether the address belongs to an API of apps, not to a page. */
  readonly forApps: boolean;
}

/** Sends an error to a viewer's browser. */
export type ErrorPage = (ctx: Context, error: ShownError) => void;

interface AnswerDeps {
  readonly publicOrigin: string;
  readonly actionOf?: ActionOf;
  /** Absent where no viewers come. */
  readonly page?: ErrorPage;
}

/** What a client of REST V2 is told to do about an error. */
export type ActionOf = (error: KinpassError) => ErrorAction;

/** About an access token: an action that costs nobody a profile, or that of Adobe's catalogue (setting). */
export const createActionOf =
  ({ accessTokenErrors }: Pick<Config['adobe'], 'accessTokenErrors'>): ActionOf =>
  (error) =>
    accessTokenErrors === 'asDocumented' && isAboutToken(error.code)
      ? 'application-registration'
      : error.action;

const isAboutToken = (code: ErrorCode): boolean => entryOf(code).oauth === 'invalid_token';

/** RFC 6750 §3.1: a request without a token is told no error. */
const challengeOf = (code: ErrorCode): string =>
  isAboutToken(code) && code !== 'gateway_access_token_missing' ? 'Bearer error="invalid_token"' : 'Bearer';

export type AnswerError = (ctx: Context, error: KinpassError) => void;

type Shape = (error: KinpassError, trace: string) => object;

/** Turns anything thrown into one of our errors. Koa's own have a status; everything else is internal. */
const asKinpassError = (thrown: unknown): KinpassError => {
  if (thrown instanceof KinpassError) return thrown;
  const status = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined;
  if (status === 404) return fail('gateway_not_found');
  if (status === 405) return fail('gateway_method_not_allowed');
  return fail('gateway_internal', { cause: thrown });
};

/** Title, field and hint as one text: `A header was sent more than once (field accept): send it once.` */
const messageOf = ({ code, hint, field }: KinpassError): string =>
  [
    catalogue[code].title.replace(/\.$/, ''),
    field && ` (field ${field})`,
    hint && `: ${hint.replace(/\.$/, '')}`,
    '.',
  ]
    .filter(Boolean)
    .join('');

/** Where an error's documentation is served. */
const helpUrl = (publicOrigin: string, code: ErrorCode): string => `${publicOrigin}/errors/${code}`;

/** Endpoints of the authorization server that apps call, not browsers. */
const oauthEndpoints = new Set(['/token', '/token/revocation', '/device/auth', '/me']);

/**
 * The shapes: a page for people; for programs Adobe's flat enhanced error on /api, RFC 6749 on /o and OAuth endpoints,
 * RFC 9457 problem details elsewhere. The private half of a KinpassError is only logged.
 */
export const createAnswerError = ({
  publicOrigin,
  actionOf = ({ action }) => action,
  page,
}: AnswerDeps): AnswerError => {
  const enhanced: Shape = (error, trace) => ({
    action: actionOf(error),
    status: error.status,
    code: error.code,
    message: messageOf(error),
    helpUrl: helpUrl(publicOrigin, error.code),
    trace,
  });
  const oauth: Shape = (error) => ({
    error: entryOf(error.code).oauth ?? (error.status >= 500 ? 'server_error' : 'invalid_request'),
    error_description: messageOf(error),
  });
  const problem: Shape = (error, trace) => ({
    type: helpUrl(publicOrigin, error.code),
    title: catalogue[error.code].title,
    status: error.status,
    ...(error.hint && { detail: error.hint }),
    ...(error.field && { field: error.field }),
    trace,
  });
  /** Undefined for paths that are not an API of apps. */
  const shapeForApps = (ctx: Context): Shape | undefined => {
    // A path with empty segments is still meant for the API.
    const path = ctx.path.replaceAll(/\/+/g, '/');
    if (path.startsWith('/api/')) return enhanced;
    return path.startsWith('/o/') || oauthEndpoints.has(path) ? oauth : undefined;
  };

  return (ctx, error) => {
    noteError(ctx.state.facts, error);
    const shape = shapeForApps(ctx);
    ctx.status = error.status;
    // Caches may keep a 404 or 405 that says nothing about it (RFC 9110 §15.1), a file that the next start has included.
    ctx.set('Cache-Control', 'no-store');
    if (page) ctx.vary('Accept');
    if (page && (shape ? isOpenedByHand : asksForPage)(ctx.req)) {
      page(ctx, { status: error.status, message: messageOf(error), forApps: shape !== undefined });
    } else {
      ctx.body = JSON.stringify((shape ?? problem)(error, ctx.state.requestId));
      ctx.type = shape ? 'application/json;charset=UTF-8' : 'application/problem+json';
    }
    if (error.retryAfter !== undefined) ctx.set('Retry-After', String(error.retryAfter));
    if (error.status === 401) ctx.set('WWW-Authenticate', challengeOf(error.code));
    if (error.status === 413) ctx.set('Connection', 'close');
  };
};

interface Deps {
  readonly log: Log;
  readonly answerError: AnswerError;
}

/** Turns whatever is thrown into a response, and logs our own failures. */
export const createErrors =
  ({ log, answerError }: Deps): Middleware =>
  async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && !ctx.body && ctx.respond !== false) throw fail('gateway_not_found');
    } catch (thrown) {
      if (ctx.state.isGone) return;
      const error = asKinpassError(thrown);
      const fields = { code: error.code, status: error.status, ...errorFields(error) };
      // A metric counts these.
      const isFailure = error.status >= 500 && error.code !== 'gateway_overloaded';
      if (isFailure) log.error(fields, 'request failed');
      else log.debug(fields, 'request rejected');
      answerError(ctx, error);
    }
  };
