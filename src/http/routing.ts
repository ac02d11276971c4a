import { fail } from '#src/lib/errors';
import type { Handler, Middleware, RouteContext } from './context.ts';

/** One method of one path. */
export interface Route {
  readonly method: string;
  /** `{…}` is one path segment, and the name of a parameter; a final `*` is everything below. */
  readonly path: string;
  /** The `route` label of metrics and logs. */
  readonly route?: string;
  readonly handler: Handler;
}

interface Place {
  readonly routes: readonly Route[];
  readonly pattern: RegExp;
}

interface Found {
  readonly routes: readonly Route[];
  readonly params: Record<string, string>;
}

const segmentsOf = (path: string): number => path.split('/').length;

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

const decode = (text: string): string => {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
};

/** Routes by their path: those without parameters first, then the others as they are listed. One slash may follow. */
const createFind = (routes: readonly Route[]): ((path: string) => Found | undefined) => {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const places = [...byPath].map(([path, own]): [string, Place] => [
    path,
    { routes: own, pattern: patternOf(path) },
  ]);
  const plain = new Map(places.filter(([path]) => !path.includes('{')));
  const trees = places.filter(([path]) => path.endsWith('/*'));
  const others = Map.groupBy(
    places.filter(([path]) => path.includes('{')),
    ([path]) => segmentsOf(path),
  );
  return (given) => {
    const path = given.length > 1 && given.endsWith('/') ? given.slice(0, -1) : given;
    const exact = plain.get(path);
    if (exact) return { routes: exact.routes, params: {} };
    for (const [, place] of others.get(segmentsOf(path)) ?? []) {
      const groups = place.pattern.exec(path)?.groups;
      if (!groups) continue;
      const params = Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)]));
      return { routes: place.routes, params };
    }
    const tree = trees.find(([pattern]) => given.startsWith(pattern.slice(0, -1)));
    return tree && { routes: tree[1].routes, params: {} };
  };
};

/** Each request is matched once; whoever comes after this is asked for paths that it does not know. */
export const createRouting = (routes: readonly Route[]) => {
  const find = createFind(routes);

  /** 405 with Allow for another method of one of our paths. */
  const refuse = (ctx: Parameters<Middleware>[0], found: Found): never => {
    ctx.res.setHeader('Allow', found.routes.map(({ method }) => method).join(', '));
    throw fail('gateway_method_not_allowed');
  };

  const serve: Middleware = (ctx, next) => {
    const found = find(ctx.path);
    if (!found) return next();
    const method = ctx.method === 'HEAD' ? 'GET' : ctx.method;
    const route = found.routes.find((candidate) => candidate.method === method);
    if (!route) return refuse(ctx, found);
    ctx.state.route = route.route ?? 'other';
    const matched = Object.assign(ctx, { params: found.params }) as RouteContext;
    return route.handler(matched, next);
  };

  /** Where a path is known, its methods; else whoever comes next. */
  const refuseMethod: Middleware = (ctx, next) => {
    const found = find(ctx.path);
    return found ? refuse(ctx, found) : next();
  };

  /** The parameters of a path, decoded; none of a path that is not known. */
  const parametersOf = (path: string): Readonly<Record<string, string>> => find(path)?.params ?? {};

  return { serve, refuseMethod, parametersOf };
};

export type Routing = ReturnType<typeof createRouting>;
