import type { Context } from './context.ts';

const mediaType = 'application/jsonl';

export const prefersJsonLines = (ctx: Context): boolean =>
  ctx.accepts('application/json', mediaType) === mediaType;

/** Sends one JSON object per line. */
export const sendJsonLines = (ctx: Context, rows: readonly object[]): void => {
  ctx.body = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  ctx.type = mediaType;
};
