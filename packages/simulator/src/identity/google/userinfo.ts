import type { Context } from 'koa';
import type { Clock } from '#src/lib/clock';
import type { Handles } from '../handles.ts';
import { GoogleError, type Token, userClaims } from './model.ts';

export const createUserinfo =
  ({ clock, tokens }: { clock: Clock; tokens: Handles<Token> }) =>
  (ctx: Context): void => {
    const [, accessToken = ''] = /^Bearer (\S+)$/i.exec(ctx.get('authorization')) ?? [];
    const token = tokens.find(accessToken);
    if (!token || token.spent || token.expiresAt <= clock.now())
      throw new GoogleError(401, 'invalid_request', 'Invalid Credentials');
    ctx.body = userClaims(token.value.user, token.value.scopes);
  };
