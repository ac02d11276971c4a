import type Koa from 'koa';
import type { Ids } from '#src/lib/ids';
import type { Answer } from '../requests/answer.ts';
import type { SwitchReader } from '../switches.ts';
import { isUnlisted, type Refusal, wordedAs } from './refusal.ts';

interface Deps {
  readonly ids: Pick<Ids, 'uuid'>;
  readonly switches: SwitchReader<'unlistedErrors' | 'accessTokenAction' | 'errorTexts' | 'errorMessages'>;
}

export const send = (ctx: Koa.Context, { status, body }: Answer): void => {
  ctx.status = status;
  if (status === 204) return;
  ctx.set('Content-Type', 'application/json;charset=UTF-8');
  ctx.body = JSON.stringify(body);
};

/** Sends an error in the shape and with the texts that the switches select. */
export const createSendRefusal =
  ({ ids, switches }: Deps) =>
  (ctx: Koa.Context, { error, subject }: Refusal): void => {
    const { unlistedErrors, accessTokenAction } = switches.now;
    if (unlistedErrors === 'empty' && isUnlisted(error)) {
      ctx.body = null;
      ctx.status = error.status;
      return;
    }
    const worded = wordedAs(error, switches.now, subject);
    const action = error.status === 401 ? accessTokenAction : worded.action;
    send(ctx, { status: error.status, body: { ...worded, action, trace: ids.uuid() } });
  };
