/**
 * The page at Adobe's origin where people look at the simulated world and turn its knobs. It owns how the world is
 * shown. It refuses forms from any other page, and shows no secret whole.
 */
import { timingSafeEqual } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { SimulatorError } from '#src/lib/errors';
import { fingerprint, type Ids } from '#src/lib/ids';
import type { Pulse } from '#src/pulse';
import { mediaType, type Route, readBody } from '#src/site';
import { type ActionDeps, act } from './actions.ts';
import { showProblem, showWorld } from './page.ts';
import { type ViewDeps, viewWorld } from './view.ts';

interface Deps extends ActionDeps {
  /** Null while the world is still being built. */
  readonly view: () => ViewDeps | null;
  readonly pulse: Pulse;
  /** The machine's: people look on in their own time. */
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Milliseconds in which many changes are one. */
const calm = 300;

const same = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(fingerprint(a)), Buffer.from(fingerprint(b)));

/** A name of this machine: a page of another name that resolves to it must not read this one. */
const isLocal = ({ hostname }: RouterContext): boolean =>
  /^(?:localhost|[\w.-]+\.localhost|[\d.]+|\[[\da-f:]+\])$/i.test(hostname);

const isOwn = (ctx: RouterContext): boolean =>
  isLocal(ctx) && (ctx.headers.origin === undefined || ctx.headers.origin === `http://${ctx.host}`);

const formOf = async (ctx: RouterContext): Promise<Record<string, string>> =>
  mediaType(ctx.headers['content-type']) === 'application/x-www-form-urlencoded'
    ? Object.fromEntries(new URLSearchParams(await readBody(ctx.req)))
    : {};

const wordsFor = (error: unknown): string => {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SimulatorError) return error.hint ?? error.message;
  throw error;
};

const createLive =
  ({ pulse, clock }: Deps) =>
  (ctx: RouterContext): void => {
    const stream = new PassThrough();
    const gone = new AbortController();
    let waiting = false;
    const tell = async (): Promise<void> => {
      if (waiting) return;
      waiting = true;
      await clock.wait(calm, gone.signal).catch(() => {});
      waiting = false;
      if (!gone.signal.aborted) stream.write('event: change\ndata: {}\n\n');
    };
    const stop = pulse.watch(() => void tell());
    ctx.req.once('close', () => {
      stop();
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
    handle: (ctx) => (isOwn(ctx) ? handle(ctx) : showProblem(ctx, 403, 'This page is for this machine.')),
  });
  return [
    route('get', '/', async (ctx) => {
      const view = deps.view();
      if (!view) return showProblem(ctx, 503, 'The world is still being built.');
      showWorld(ctx, await viewWorld(view), token);
    }),
    route('get', '/_world/live', createLive(deps)),
    route('post', '/_world/do', async (ctx) => {
      const { token: sent = '', ...form } = await formOf(ctx);
      if (!same(sent, token))
        return showProblem(ctx, 403, 'The form is older than the simulator, or not of its page.');
      try {
        await act(deps, form);
      } catch (error) {
        return showProblem(ctx, 400, wordsFor(error));
      }
      ctx.status = 303;
      ctx.redirect('/');
    }),
  ];
};
