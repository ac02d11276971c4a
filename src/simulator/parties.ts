import { type AdobePass, createAdobePass } from './adobe-pass/adobe-pass.ts';
import { createBackChannel } from './adobe-pass/oauth2/back-channel.ts';
import { createOAuthLogin } from './adobe-pass/oauth2/oauth-login.ts';
import { createSamlLogin } from './adobe-pass/saml/saml-login.ts';
import { createXacmlAuthorization } from './adobe-pass/xacml/xacml-authorization.ts';
import { createApple } from './identity/apple.ts';
import { createDtc } from './identity/dtc.ts';
import { createFacebook } from './identity/facebook.ts';
import { createGoogle } from './identity/google.ts';
import type { IdentityParty } from './identity/identity-party.ts';
import { createMvpd } from './mvpd/mvpd.ts';
import type { PartyContext, PartyName } from './party.ts';
import { createSigningKeys } from './xml/keys.ts';

export type Parties = Readonly<Record<Exclude<PartyName, 'adobe' | 'mvpd'>, IdentityParty>> & {
  readonly adobe: AdobePass;
  readonly mvpd: ReturnType<typeof createMvpd>;
};

/** Every party, each knowing where the others are; only Adobe Pass has a line of its own, to the TV providers. */
export const buildParties = async (
  context: PartyContext,
  deps: Pick<Parameters<typeof createAdobePass>[1], 'serviceTokens' | 'switches' | 'alongside'>,
): Promise<Parties> => {
  const key = createSigningKeys();
  const mvpd = createMvpd(context, { adobeKey: key });
  const { keysOf } = mvpd;
  const backChannel = createBackChannel(context);
  const saml = createSamlLogin({ ...context, key, keysOf });
  const { switches } = deps;
  const authorization = createXacmlAuthorization({ ...context, key, keysOf, backChannel, switches });
  mvpd.whenSessionEnds(authorization.hearOfSignOut);
  const adobe = createAdobePass(context, {
    ...deps,
    logins: [saml.login, createOAuthLogin({ ...context, backChannel, keysOf })],
    partnerExchange: saml.exchange,
    authorization,
  });
  const [dtc, google, facebook, apple] = await Promise.all([
    createDtc(context),
    createGoogle(context),
    createFacebook(context),
    createApple(context),
  ]);
  return { adobe, mvpd, dtc, google, facebook, apple };
};
