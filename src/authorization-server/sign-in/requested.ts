import { z } from 'zod';
import { linkedFromElsewhere, loginForDevice } from '../provider/interaction-policy.ts';
import type { Interaction } from './decide-once.ts';

/** What is asked of the identity provider, as it is stored while the viewer is there. */
export const requestedSchema = z.object({
  prompt: z.enum(['login', 'select_account']).exactOptional(),
  maxAge: z.number().exactOptional(),
  loginHint: z.string().exactOptional(),
  uiLocales: z.array(z.string()).exactOptional(),
  acrValues: z.array(z.string()).exactOptional(),
});

export type Requested = z.infer<typeof requestedSchema>;

const text = z.string().min(1).max(500).optional().catch(undefined);
const words = text.transform((value) => value?.split(' ').filter((word) => word !== ''));

/** The parameters of an authorization request (OpenID Connect Core §3.1.2.1), which oidc-provider has checked. */
const parameters = z.object({
  prompt: words,
  max_age: z.coerce.number().int().nonnegative().optional().catch(undefined),
  login_hint: text,
  ui_locales: words,
  acr_values: words,
});

interface Choice {
  /** The viewer wants another account than the one that this browser or the provider remembers. */
  readonly otherAccount: boolean;
}

/** What the app asks of the sign-in is passed on to the identity provider; consent is ours to ask for. Pure. */
export const requestedBy = (
  { params, prompt: { reasons } }: Pick<Interaction, 'params' | 'prompt'>,
  { otherAccount }: Choice,
): Requested => {
  const { prompt = [], max_age, login_hint, ui_locales, acr_values } = parameters.parse(params);
  const login = prompt.includes('login') || reasons.includes(loginForDevice);
  const again = otherAccount || reasons.includes(linkedFromElsewhere);
  const select = again || prompt.includes('select_account');
  const asked = {
    prompt: login ? 'login' : select ? 'select_account' : undefined,
    maxAge: max_age,
    loginHint: otherAccount ? undefined : login_hint,
    uiLocales: ui_locales,
    acrValues: acr_values,
  };
  return requestedSchema.parse(
    Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)),
  );
};
