import { interactionPolicy } from 'oidc-provider';

const { Check, Prompt, base } = interactionPolicy;

/**
 * When the viewer must act. A remembered session spares the identity provider, never the viewer's own yes:
 * every sign-in of every app and device is confirmed by itself and gets a Grant of its own.
 */
export const createInteractionPolicy = () => {
  const policy = base();
  policy.get('login')?.checks.add(
    new Check('account_unknown', 'the account of this session is gone', ({ oidc }) => {
      return oidc.session?.accountId !== undefined && oidc.account === undefined;
    }),
  );
  policy.remove('consent');
  policy.add(
    new Prompt(
      { name: 'consent', requestable: true },
      new Check('sign_in_unconfirmed', 'the viewer has not confirmed this sign-in', ({ oidc }) => {
        return oidc.result?.consent === undefined;
      }),
    ),
  );
  return policy;
};
