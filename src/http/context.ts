import type Koa from 'koa';
import type { Operator } from '#src/flows/audit-trail';
import type { RequestContext } from '#src/observability/context';
import type { RequestFacts } from '#src/observability/request-facts';
import type { ClientAddress } from './client-address.ts';

/** What our middleware adds to a request before any route sees it. */
export interface GatewayState {
  readonly requestId: string;
  /** Fields of its log lines. */
  readonly context: RequestContext;
  /** What support may know of it. */
  readonly facts: RequestFacts;
  client: ClientAddress;
  /** Whether the client has gone away. */
  isGone: boolean;
  /** Of the signal that says so, if anybody has asked for it (`signalOf`). */
  gone?: AbortController;
  /** Who calls the admin listener: set on paths that need a role. */
  operator?: Operator;
  /** The route's name, for metrics. */
  route?: string;
}

export type Context = Koa.ParameterizedContext<GatewayState>;
export type Middleware = Koa.Middleware<GatewayState>;

/** A request that a route has matched, with the parameters of its path. */
export type RouteContext = Context & { params: Record<string, string> };
export type Handler = (ctx: RouteContext, next: Koa.Next) => unknown;
