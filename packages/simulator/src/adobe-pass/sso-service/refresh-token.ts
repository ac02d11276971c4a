import { type Answer, ok } from '../requests/answer.ts';
import type { SwitchReader } from '../switches.ts';
import { type ServiceTokenDeps, type SsoCall, serviceTokenOf } from './admit.ts';
import { type TokenBodyDeps, tokenBody } from './token-body.ts';
import type { SsoTokens } from './tokens.ts';

type Deps = ServiceTokenDeps &
  TokenBodyDeps & {
    readonly ssoTokens: Pick<SsoTokens, 'read'>;
    readonly switches: SwitchReader<'ssoServiceRefreshSeconds'>;
  };

/** GET /api/{serviceProvider}/serviceToken: a new token for one that is valid or expired recently. */
export const createRefreshToken =
  (deps: Deps) =>
  async (call: SsoCall): Promise<Answer> => {
    const token = serviceTokenOf(deps, call, 'GET');
    const ssoId = await deps.ssoTokens.read(token, deps.switches.now.ssoServiceRefreshSeconds);
    return ok(await tokenBody(deps, 'OK', ssoId));
  };
