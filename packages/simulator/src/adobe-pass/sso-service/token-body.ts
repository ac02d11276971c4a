import type { SwitchReader } from '../switches.ts';
import type { SsoTokens } from './tokens.ts';

export interface TokenBodyDeps {
  readonly ssoTokens: Pick<SsoTokens, 'issue'>;
  readonly switches: SwitchReader<'ssoServiceTokenMember'>;
}

/** Issues a token and returns the body that both token operations share. */
export const tokenBody = async (
  { ssoTokens, switches }: TokenBodyDeps,
  status: 'CREATED' | 'OK',
  ssoId: string,
) => {
  const { token, notBefore, notAfter } = await ssoTokens.issue(ssoId);
  return { status, [switches.now.ssoServiceTokenMember]: token, notBefore, notAfter };
};
