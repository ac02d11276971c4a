import { type AdobePass, createAdobePass } from '#src/adobe-pass/adobe-pass';
import { createBackChannel } from '#src/adobe-pass/oauth2/back-channel';
import { createOAuthLogin } from '#src/adobe-pass/oauth2/oauth-login';
import { createSamlLogin } from '#src/adobe-pass/saml/saml-login';
import { createXacmlAuthorization } from '#src/adobe-pass/xacml/xacml-authorization';
import { createApple } from '#src/identity/apple/apple';
import { createDtc } from '#src/identity/dtc/dtc';
import { createFacebook } from '#src/identity/facebook/facebook';
import { createGoogle } from '#src/identity/google/google';
import type { IdentityParty } from '#src/identity/identity-party';
import { createMvpd } from '#src/mvpd/mvpd';
import type { PartyContext, PartyName } from '#src/party';
import { createSigningKeys } from '#src/xml/keys';

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
