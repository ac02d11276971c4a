/** Distinct paths, so that operations can be recognized by path. */
export const dtcRoutes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  revocation: '/revoke',
  device_authorization: '/device/code',
  code_verification: '/device',
  end_session: '/logout',
} as const;

export const interactionPath = '/interaction/';
export const logoutConfirmPath = `${dtcRoutes.end_session}/confirm`;

const operations: Readonly<Record<string, string>> = {
  '/.well-known/openid-configuration': 'discovery',
  [dtcRoutes.authorization]: 'authorize',
  [dtcRoutes.token]: 'token',
  [dtcRoutes.userinfo]: 'userinfo',
  [dtcRoutes.jwks]: 'jwks',
  [dtcRoutes.revocation]: 'revoke',
  [dtcRoutes.device_authorization]: 'device_authorization',
  [dtcRoutes.end_session]: 'logout_page',
  [logoutConfirmPath]: 'logout',
  [`${dtcRoutes.end_session}/success`]: 'logged_out',
};

export const protocolOperation = (method: string, path: string): string => {
  if (path === dtcRoutes.code_verification) return method === 'POST' ? 'device_answer' : 'device_page';
  if (operations[path] !== undefined) return operations[path];
  const resumes = [dtcRoutes.authorization, dtcRoutes.code_verification];
  return resumes.some((route) => path.startsWith(`${route}/`)) ? 'resume' : 'unknown';
};
