import type { LoadMeter } from '#src/observability/load';
import type { Operation } from '#src/rest-v2/operation';
import type { Admission } from './admission.ts';
import { hasBody } from './body.ts';
import type { Context, Middleware } from './context.ts';
import type { AnswerError } from './errors.ts';
import { waitsForProfile } from './prefer.ts';
import { setCommonHeaders } from './request-scope.ts';
import type { ResponseSources } from './response-cache.ts';
import { start } from './start-endpoint.ts';

/** Of what belongs to a code: devices ask for it again and again, or wait for it. */
const belongsToCode = ({ caller, method }: Operation): boolean => caller === 'code' && method === 'GET';

/** Whether a request is for one of these operations. */
const matching = (rows: readonly Pick<Operation, 'method' | 'path'>[]) => {
  const places = rows.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  }));
  return (asked: Pick<Context, 'method' | 'path'>): boolean =>
    places.some(({ method, pattern }) => asked.method === method && pattern.test(asked.path));
};

/** Only the body tells a poll from a sign-in here: the authorization server reads it, and then asks for admission. */
const admittedLater = '/token';

/** A request counts once its body has arrived: a slow sender occupies a socket, and nothing else. */
const count = ({ req, res }: Context, { begin, end }: Pick<LoadMeter, 'begin' | 'end'>): void => {
  let isCounted = false;
  let isOver = false;
  const startCounting = (): void => {
    if (isOver) return;
    isCounted = true;
    begin();
  };
  if (hasBody({ req })) req.once('end', startCounting);
  else startCounting();
  res.on('close', () => {
    isOver = true;
    if (isCounted) end();
  });
};

interface Deps {
  readonly operations: readonly Operation[];
  readonly admission: Admission;
  readonly meter: Pick<LoadMeter, 'begin' | 'end'>;
  /** Paths of cached responses, which are never refused. */
  readonly responseSources: ResponseSources;
  readonly cors: Middleware;
  readonly answerError: AnswerError;
}

/**
 * Load shedding: refuses requests that this process cannot answer in time. A refusal must cost much less than a response, so it is
 * sent from here, before any other work, and is not logged.
 */
export const createOverload = (deps: Deps): Middleware => {
  const { admission, meter, responseSources, cors, answerError } = deps;
  const isPoll = matching(deps.operations.filter(belongsToCode));
  const mayBeHeld = matching([...deps.operations.filter(({ isHeld }) => isHeld), start]);
  const isExempt = ({ path, url }: Pick<Context, 'path' | 'url'>): boolean =>
    path === admittedLater || responseSources.has(url);
  return (ctx, next) => {
    const isRepeated = isPoll(ctx);
    const refusal = isExempt(ctx) ? undefined : admission.refusal(isRepeated ? 'poll' : 'other');
    if (refusal) {
      setCommonHeaders(ctx);
      return cors(ctx, async () => answerError(ctx, refusal));
    }
    if (!mayBeHeld(ctx) || !waitsForProfile(ctx)) count(ctx, meter);
    return next();
  };
};
