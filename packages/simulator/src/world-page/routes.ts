/**
 * The page at Adobe's origin that shows the simulated world and controls it. This folder owns how the world is shown. It
 * must not accept forms from another page or show a secret in full.
 */
import { PassThrough } from 'node:stream';
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { ChangeFeed } from '#src/change-feed';
import type { Clock } from '#src/lib/clock';
import { SimulatorError } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { sameSecret } from '#src/lib/same-secret';
import { mediaType, type Route, readBody } from '#src/site';
import { type ActionDeps, act } from './actions.ts';
import { showProblem, showWorld } from './page.ts';
import { type ViewDeps, viewWorld } from './view.ts';

interface Deps extends ActionDeps {
  readonly view: ViewDeps;
  readonly activity: Pick<ChangeFeed, 'subscribe'>;
  /** The real clock: people watch in real time. */
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'secret'>;
}

/** Milliseconds during which changes are merged into one update. */
const debounce = 300;

/** Guards against DNS rebinding: only this machine's own names may read the page. */
const isLocal = ({ hostname }: RouterContext): boolean =>
  /^(?:localhost|[\w.-]+\.localhost|[\d.]+|\[[\da-f:]+\])$/i.test(hostname);

const isSameOrigin = (ctx: RouterContext): boolean =>
  isLocal(ctx) && (ctx.headers.origin === undefined || ctx.headers.origin === `http://${ctx.host}`);

const formOf = async (ctx: RouterContext): Promise<Record<string, string>> =>
  mediaType(ctx.headers['content-type']) === 'application/x-www-form-urlencoded'
    ? Object.fromEntries(new URLSearchParams(await readBody(ctx.req)))
    : {};

const messageOf = (error: unknown): string => {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SimulatorError) return error.hint ?? error.message;
  throw error;
};

/** Server-sent events: one `change` event per burst of changes. */
const createChangeStream =
  ({ activity, clock }: Deps) =>
  (ctx: RouterContext): void => {
    const stream = new PassThrough();
    const gone = new AbortController();
    let pending = false;
    const sendChange = async (): Promise<void> => {
      if (pending) return;
      pending = true;
      await clock.wait(debounce, gone.signal).catch(() => {});
      pending = false;
      if (!gone.signal.aborted) stream.write('event: change\ndata: {}\n\n');
    };
    const unsubscribe = activity.subscribe(() => void sendChange());
    ctx.req.once('close', () => {
      unsubscribe();
      gone.abort();
      stream.destroy();
    });
    ctx.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    ctx.status = 200;
    stream.write('retry: 2000\n\n');
    ctx.body = stream;
  };

export const worldPageRoutes = (deps: Deps): Route[] => {
  const token = deps.ids.secret();
  const route = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
    operation: 'world',
    method,
    path,
    handle: (ctx) =>
      isSameOrigin(ctx) ? handle(ctx) : showProblem(ctx, 403, 'This page can only be used on this machine.'),
  });
  return [
    route('get', '/', async (ctx) => {
      showWorld(ctx, await viewWorld(deps.view), token);
    }),
    route('get', '/_world/live', createChangeStream(deps)),
    route('post', '/_world/do', async (ctx) => {
      const { token: sent = '', ...form } = await formOf(ctx);
      if (!sameSecret(sent, token))
        return showProblem(ctx, 403, 'The form has expired or comes from another page. Reload the page.');
      try {
        await act(deps, form);
      } catch (error) {
        return showProblem(ctx, 400, messageOf(error));
      }
      ctx.status = 303;
      ctx.redirect('/');
    }),
  ];
};
