/** Every path of both listeners, listed and mounted. docs/paths.md is generated from this file. */
import type Router from '@koa/router';
import { authenticate, register, token } from '#src/rest-v2/endpoints';
import type { Operation } from '#src/rest-v2/operation';
import type { AdminAccess } from './admin-tokens.ts';
import type { GatewayState, Handler, Middleware } from './context.ts';
import type { Route } from './routing.ts';
import { start } from './start-endpoint.ts';
import { decisions, mediaTokenVerification, userMetadata } from './v1-endpoints.ts';
import { explain } from './v1-explain.ts';
import { logout, logoutPlan } from './v1-logout.ts';

/** One method of one path. */
export interface PathRow {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{…}` is one path segment; a final `*` is everything below. */
  readonly path: string;
  /** The `route` label of metrics and logs; `other` where a row has none. */
  readonly route?: string;
  readonly summary: string;
}

/** One method of one path of the admin listener. */
export type AdminRow = PathRow & AdminAccess;

/** The public listener, besides the operations of REST API V2 (rest-v2/operations.ts). */
export const publicPaths = {
  // First: `authenticate` would also match as a service provider.
  authenticate,
  adobeServices: {
    method: 'GET',
    path: '/adobe-services/*',
    route: 'adobe-services',
    summary: 'Redirect a browser to the same path and query of Adobe Pass (URLs of a logout)',
  },
  register,
  token,
  serviceTokenJwks: {
    method: 'GET',
    path: '/.well-known/service-token-jwks.json',
    route: 'service-token-jwks',
    summary: 'Public keys of service tokens',
  },
  describeError: {
    method: 'GET',
    path: '/errors/{code}',
    route: 'errors',
    summary: 'Description of an error code',
  },
  start,
  decisions,
  explain,
  logoutPlan,
  logout,
  mediaTokenVerification,
  userMetadata,
  home: { method: 'GET', path: '/', route: 'home', summary: 'First page, or a redirect (`home.redirect`)' },
  favicon: { method: 'GET', path: '/favicon.ico', route: 'favicon', summary: 'Icon where no page names one' },
  robots: { method: 'GET', path: '/robots.txt', route: 'robots', summary: 'Keeps search engines away' },
  probe: {
    method: 'GET',
    path: '/v1/probe/{id}',
    route: 'probe',
    summary: 'Remember for a minute how this request arrived (`kinpass doctor`)',
  },
} as const satisfies Record<string, PathRow>;

const configuration = 'OpenID Provider configuration';
const endSession = 'Sign-out page of RP-initiated logout';

/** The public listener, served by authorization-server/, which serves these paths and no others. */
export const authorizationServerPaths: readonly PathRow[] = [
  { method: 'GET', path: '/.well-known/openid-configuration', summary: configuration },
  { method: 'GET', path: '/.well-known/oauth-authorization-server', summary: configuration },
  { method: 'GET', path: '/jwks', summary: 'Public keys of ID tokens' },
  { method: 'GET', path: '/auth', summary: 'Authorization endpoint' },
  { method: 'GET', path: '/auth/{interaction}', summary: 'Return from a sign-in' },
  { method: 'POST', path: '/token', summary: 'Token endpoint' },
  { method: 'POST', path: '/token/revocation', summary: 'Revocation endpoint' },
  { method: 'GET', path: '/me', summary: 'Userinfo endpoint' },
  { method: 'POST', path: '/me', summary: 'Userinfo endpoint' },
  { method: 'POST', path: '/device/auth', summary: 'Device authorization endpoint' },
  { method: 'GET', path: '/device', summary: 'Page to enter the code shown on a TV' },
  { method: 'POST', path: '/device', summary: 'Submit the code shown on a TV' },
  { method: 'GET', path: '/activate', summary: 'The same page, for the codes of apps that speak REST V2' },
  { method: 'POST', path: '/activate', summary: 'Submit the code shown on a TV' },
  {
    method: 'GET',
    path: '/second-screen/{screen}',
    summary: 'Page to choose a TV provider for the code of an app that speaks REST V2',
  },
  {
    method: 'POST',
    path: '/second-screen/{screen}',
    summary: 'Redirect to the TV provider, by way of Adobe',
  },
  { method: 'GET', path: '/second-screen/{screen}/done', summary: 'Return from the TV provider' },
  {
    method: 'GET',
    path: '/activate/{family}',
    summary: 'The same page for the apps of one of several families',
  },
  { method: 'POST', path: '/activate/{family}', summary: 'Submit the code shown on a TV' },
  {
    method: 'GET',
    path: '/activation/{activation}',
    summary: 'Page to sign in before a typed code is looked up',
  },
  { method: 'POST', path: '/activation/{activation}/sign-in', summary: 'Redirect to an identity provider' },
  { method: 'GET', path: '/device/{interaction}', summary: 'Return from the sign-in for a TV' },
  {
    method: 'GET',
    path: '/device/{interaction}/tv-provider',
    summary: 'Page to choose the TV provider of a TV that was approved',
  },
  { method: 'POST', path: '/device/{interaction}/tv-provider', summary: 'Redirect to the TV provider' },
  {
    method: 'GET',
    path: '/device/{interaction}/tv-provider/login',
    summary: 'Redirect to a TV provider that was chosen',
  },
  { method: 'GET', path: '/device/{interaction}/tv-provider/return', summary: 'Return from the TV provider' },
  { method: 'GET', path: '/device/{interaction}/tv-provider/later', summary: 'Page to stop without it' },
  { method: 'GET', path: '/interaction/{interaction}', summary: 'Page to choose an identity provider' },
  { method: 'POST', path: '/interaction/{interaction}/sign-in', summary: 'Redirect to an identity provider' },
  { method: 'POST', path: '/interaction/{interaction}/approve', summary: 'Approve a TV' },
  { method: 'POST', path: '/interaction/{interaction}/deny', summary: 'Deny a TV' },
  { method: 'GET', path: '/callback/{provider}', summary: 'Return from an identity provider' },
  { method: 'GET', path: '/session/end', summary: endSession },
  { method: 'POST', path: '/session/end/confirm', summary: 'Confirm the sign-out' },
  { method: 'GET', path: '/session/end/success', summary: 'Page after the sign-out' },
  { method: 'GET', path: '/signed-out', summary: 'Return from the logout at an identity provider' },
  { method: 'GET', path: '/assets/{hash}/{name}', summary: 'Style sheets and images of the pages' },
];

/** The admin listener. */
export const adminPaths = {
  paths: { method: 'GET', path: '/', role: 'read', summary: 'The paths of this listener' },
  started: { method: 'GET', path: '/startupz', summary: 'The gateway has started: both listeners serve' },
  live: { method: 'GET', path: '/livez', summary: 'The process is running' },
  ready: {
    method: 'GET',
    path: '/readyz',
    role: 'read',
    withoutToken: 'the status alone',
    summary: 'The gateway can serve: checks, providers, keys, refused settings, what waits',
  },
  metrics: { method: 'GET', path: '/metrics', role: 'read', summary: 'Metrics for Prometheus' },
  revoke: {
    method: 'POST',
    path: '/revocations',
    role: 'revoke',
    summary: 'Revoke an account, an instance or a service token',
  },
  liftRevocation: { method: 'DELETE', path: '/revocations', role: 'revoke', summary: 'Lift a revocation' },
  listRevocations: {
    method: 'GET',
    path: '/revocations',
    role: 'read',
    summary: 'List revocations, newest first',
  },
  invalidate: {
    method: 'POST',
    path: '/invalidations',
    role: 'revoke',
    summary: 'Forget answers of Adobe about an account, a subject, a device, an MVPD or a service provider',
  },
  audit: {
    method: 'GET',
    path: '/audit',
    role: 'read',
    summary: 'Read the audit log, oldest first, as JSON or as JSON lines',
  },
  keys: {
    method: 'GET',
    path: '/keys',
    role: 'keys',
    summary: 'List the keys of service tokens, the next step of each and when it is due',
  },
  accountsAudit: {
    method: 'GET',
    path: '/accounts/audit',
    role: 'accounts',
    summary: "List accounts and sessions that today's rules would not allow, as JSON or as JSON lines",
  },
  explain: {
    method: 'GET',
    path: '/explain',
    role: 'accounts',
    summary: 'Why an instance finds no TV-provider profile of its viewer',
  },
  trace: {
    method: 'GET',
    path: '/requests/{id}',
    role: 'read',
    summary: 'What was asked with a request that failed, and where it ended',
  },
  resetTempPass: {
    method: 'POST',
    path: '/temppass-resets',
    role: 'temppass',
    summary: 'Reset the TempPass trials of a device, of a key or of all devices',
  },
  introspect: {
    method: 'POST',
    path: '/service-tokens/introspect',
    role: 'read',
    summary: 'Whether a service token is valid, and why not (RFC 7662)',
  },
  arrival: {
    method: 'GET',
    path: '/probes/{id}',
    role: 'read',
    summary: 'How a probe arrived: peer, X-Forwarded-For, client address',
  },
} as const satisfies Record<string, AdminRow>;

export type HandlersOf<Rows> = { readonly [Name in keyof Rows]: Handler };

export interface PublicHandlers extends HandlersOf<typeof publicPaths> {
  operation(operation: Operation): Handler;
}
export type AdminHandlers = HandlersOf<typeof adminPaths>;

export const publicRoutes = (
  operations: readonly Operation[],
  handlers: PublicHandlers,
): readonly Route[] => [
  ...Object.entries<PathRow>(publicPaths).map(([name, row]) => ({
    ...row,
    handler: handlers[name as keyof typeof publicPaths],
  })),
  ...operations.flatMap((operation) => {
    const { samplePath } = operation;
    const route = { ...operation, handler: handlers.operation(operation) };
    return samplePath === undefined ? [route] : [route, { ...route, path: samplePath }];
  }),
];

export const mountAdmin = (
  router: Router<GatewayState>,
  handlers: AdminHandlers,
  require: (access: AdminAccess) => Middleware,
): void => {
  for (const [name, row] of Object.entries<AdminRow>(adminPaths))
    mount(router, row, require(row), handlers[name as keyof AdminHandlers]);
};

const mount = (
  router: Router<GatewayState>,
  { method, path, route }: Omit<PathRow, 'summary'>,
  ...handlers: Handler[]
): void => {
  const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
  router.register(pattern, [method], handlers, route === undefined ? {} : { name: route });
};
