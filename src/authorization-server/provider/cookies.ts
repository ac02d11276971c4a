/**
 * Cookie names that nothing else on this host uses. oidc-provider scopes some of its cookies to a path, which rules
 * `__Host-` out for these.
 */
export const cookieNames = (publicOrigin: string) => {
  const secure = publicOrigin.startsWith('https:');
  const [host, scoped] = secure ? ['__Host-', '__Secure-'] : ['', ''];
  return {
    session: `${host}kinpass_session`,
    transaction: `${host}kinpass_transaction`,
    browser: `${host}kinpass_browser`,
    interaction: `${scoped}kinpass_interaction`,
    resume: `${scoped}kinpass_resume`,
    finished: `${scoped}kinpass_finished`,
  };
};

export type CookieNames = ReturnType<typeof cookieNames>;
