import type { Context } from './context.ts';

const maxWait = 60;

/** Seconds of `Prefer: wait=N` (RFC 7240 §4.3), bounded; undefined without it. */
export const preferredWait = (ctx: Context): number | undefined => {
  const [, value] = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(ctx.get('Prefer').slice(0, 200)) ?? [];
  return value === undefined ? undefined : Math.min(Number(value), maxWait);
};

export const wantsEvents = (ctx: Context): boolean => ctx.get('Accept').includes('text/event-stream');

/** Whether the response may be held back for minutes. */
export const waitsForProfile = (ctx: Context): boolean =>
  wantsEvents(ctx) || preferredWait(ctx) !== undefined;
