import type { SsoContext } from './admit.ts';

/** What both operations that hand out a token say. */
export const tokenBody = async (
  { ssoTokens, switches }: Pick<SsoContext, 'ssoTokens' | 'switches'>,
  status: 'CREATED' | 'OK',
  ssoId: string,
) => {
  const { token, notBefore, notAfter } = await ssoTokens.issue(ssoId);
  return { status, [switches.now.ssoServiceTokenMember]: token, notBefore, notAfter };
};
