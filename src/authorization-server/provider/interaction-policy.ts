import { interactionPolicy } from 'oidc-provider';

const { Check, Prompt, base } = interactionPolicy;

/** In the result of an interaction, and as the reason of the next one: a device was linked from another network. */
export const linkedFromElsewhere = 'linked_from_elsewhere';

/**
 * When the viewer must act. A remembered session replaces the identity provider, never the viewer's consent: each
 * sign-in of each app and device is confirmed separately and gets its own Grant.
 */
export const createInteractionPolicy = () => {
  const policy = base();
  policy.get('login')?.checks.add(
    new Check('account_unknown', 'the account of this session is gone', ({ oidc }) => {
      return oidc.session?.accountId !== undefined && oidc.account === undefined;
    }),
  );
  policy.get('login')?.checks.add(
    new Check(linkedFromElsewhere, 'a link from another network needs a new sign-in', ({ oidc }) => {
      return oidc.result?.[linkedFromElsewhere] === true && oidc.result.login === undefined;
    }),
  );
  policy.remove('consent');
  policy.add(
    new Prompt(
      // cspell:ignore requestable
      { name: 'consent', requestable: true },
      new Check('sign_in_unconfirmed', 'the viewer has not confirmed this sign-in', ({ oidc }) => {
        return oidc.result?.consent === undefined;
      }),
    ),
  );
  return policy;
};
