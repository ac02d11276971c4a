/** The scopes that apps may request. */
export const scopes = ['openid', 'offline_access'];
