/** Cookie names that no other party on this host uses. Paths that oidc-provider scopes rule `__Host-` out. */
export const cookieNames = (publicOrigin: string) => {
  const secure = publicOrigin.startsWith('https:');
  const [host, scoped] = secure ? ['__Host-', '__Secure-'] : ['', ''];
  return {
    session: `${host}kinpass_session`,
    transaction: `${host}kinpass_transaction`,
    interaction: `${scoped}kinpass_interaction`,
    resume: `${scoped}kinpass_resume`,
  };
};

export type CookieNames = ReturnType<typeof cookieNames>;
