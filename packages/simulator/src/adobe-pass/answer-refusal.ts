import type Koa from 'koa';
import type { AdobeContext, Answer } from './context.ts';
import { isUnlisted, type Refusal, toldAs } from './refusal.ts';

export const answer = (ctx: Koa.Context, { status, body }: Answer): void => {
  ctx.status = status;
  if (status === 204) return;
  ctx.set('Content-Type', 'application/json;charset=UTF-8');
  ctx.body = JSON.stringify(body);
};

/** How refusals leave: in the words that the switches ask for. */
export const createAnswerRefusal =
  ({ ids, switches }: Pick<AdobeContext, 'ids' | 'switches'>) =>
  (ctx: Koa.Context, { error }: Refusal): void => {
    const { unlistedErrors, accessTokenAction } = switches.now;
    if (unlistedErrors === 'empty' && isUnlisted(error)) {
      ctx.body = null;
      ctx.status = error.status;
      return;
    }
    const told = toldAs(error, switches.now);
    const action = error.status === 401 ? accessTokenAction : told.action;
    answer(ctx, { status: error.status, body: { ...told, action, trace: ids.uuid() } });
  };
