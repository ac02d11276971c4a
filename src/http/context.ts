import type { RouterContext, RouterMiddleware } from '@koa/router';
import type Koa from 'koa';
import type { Operator } from '#src/flows/audit-trail';
import type { ClientAddress } from './client-address.ts';

/** What our middleware adds to a request before any route sees it. */
export interface GatewayState {
  requestId: string;
  client: ClientAddress;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Who calls the admin listener: set on paths that need a role. */
  operator?: Operator;
  /** The route's name, for metrics. */
  route?: string;
}

export type Context = Koa.ParameterizedContext<GatewayState>;
export type Middleware = Koa.Middleware<GatewayState>;

/** A request that a route has matched, with the parameters of its path. */
export type RouteContext = RouterContext<GatewayState>;
export type Handler = RouterMiddleware<GatewayState>;
