import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { type Clock, seconds } from '#src/lib/clock';

const { Check, Prompt, base } = interactionPolicy;

/** In the result of an interaction, and as the reason of the next one: a device was linked from another network. */
export const linkedFromElsewhere = 'linked_from_elsewhere';

/** The reason of an interaction in which a device asked for `max_age=0`, which its code carries as `prompt=login`. */
export const loginForDevice = 'login_for_device';

/**
 * When the viewer must act. A remembered session replaces the identity provider, never the viewer's consent: each
 * sign-in of each app and device is confirmed separately and gets its own Grant.
 */
export const createInteractionPolicy = ({ clock }: { readonly clock: Pick<Clock, 'now'> }) => {
  const policy = base();
  const login = policy.get('login');
  const ask = (reason: string, description: string, check: (ctx: KoaContextWithOIDC) => boolean) =>
    login?.checks.add(new Check(reason, description, 'login_required', check));

  // oidc-provider's own reads the machine's clock.
  login?.checks.remove('max_age');
  ask('max_age', 'the viewer entered credentials too long ago', ({ oidc }) => {
    const maxAge = oidc.params?.['max_age'];
    if (maxAge === undefined || oidc.result?.login) return false;
    return seconds(clock.now()) - (oidc.session?.loginTs ?? 0) > Number(maxAge);
  });
  ask(loginForDevice, 'the device asks for a new sign-in', ({ oidc }) => {
    return oidc.deviceCode?.params?.['prompt'] === 'login' && !oidc.result?.login;
  });
  ask(linkedFromElsewhere, 'a link from another network needs a new sign-in', ({ oidc }) => {
    return oidc.result?.[linkedFromElsewhere] === true && oidc.result.login === undefined;
  });
  ask('session_over', 'this session is over, or not one of this app', ({ oidc }) => {
    return oidc.session?.accountId !== undefined && oidc.account === undefined;
  });

  policy.remove('consent');
  policy.add(new Prompt({ name: 'select_account', requestable: true }));
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
