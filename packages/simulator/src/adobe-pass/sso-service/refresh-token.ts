import { type Answer, ok } from '../context.ts';
import { type SsoCall, type SsoContext, serviceTokenOf } from './admit.ts';
import { tokenBody } from './token-body.ts';

/** GET /api/{serviceProvider}/serviceToken: a new token for one that is valid, or ended a short while ago. */
export const createRefreshToken =
  (context: SsoContext) =>
  async (call: SsoCall): Promise<Answer> => {
    const token = serviceTokenOf(context, call, 'GET');
    const ssoId = await context.ssoTokens.read(token, context.switches.now.ssoServiceRefreshSeconds);
    return ok(await tokenBody(context, 'OK', ssoId));
  };
