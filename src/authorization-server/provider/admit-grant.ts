import Provider, { errors } from 'oidc-provider';
import type { Lapse } from '#src/families/lapse';
import type { SignInState } from '#src/flows/check-sign-in';

const descriptions: Readonly<Record<Lapse, string>> = {
  family: 'the app belongs to another family now: sign in again',
  provider: 'the identity provider of this sign-in is no longer used: sign in again',
  lifetime: 'the sign-in has reached its longest lifetime: sign in again',
};

/** Whether a Grant is found. A token request is told why it is not. Errors: invalid_grant. */
export const admitGrant = (state: SignInState): boolean => {
  if ('signIn' in state) return true;
  if (state.lapse !== 'ended' && Provider.ctx?.oidc.route === 'token')
    throw new errors.CustomOIDCProviderError('invalid_grant', descriptions[state.lapse]);
  return false;
};
