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
import type { Party, PartyContext, PartyName } from '#src/party';
import { createSigningKeys } from '#src/xml/keys';

export type IdentityName = Exclude<PartyName, 'adobe' | 'mvpd'>;

export type IdentityParties = Readonly<Record<IdentityName, IdentityParty>>;

export interface Parties {
  readonly adobe: AdobePass;
  readonly mvpd: ReturnType<typeof createMvpd>;
  readonly identities: IdentityParties;
}

export const allParties = ({ adobe, mvpd, identities }: Parties): Readonly<Record<PartyName, Party>> => ({
  adobe,
  mvpd,
  ...identities,
});

/** Undefined for a name that is not an identity provider's. */
export const findIdentityParty = (identities: IdentityParties, name: string): IdentityParty | undefined =>
  Object.values(identities).find((party) => party.name === name);

const buildIdentities = async (context: PartyContext): Promise<IdentityParties> => {
  const [dtc, google, facebook, apple] = await Promise.all([
    createDtc(context),
    createGoogle(context),
    createFacebook(context),
    createApple(context),
  ]);
  return { dtc, google, facebook, apple };
};

/** Builds every party. They know each other by origin; only Adobe Pass holds keys agreed with the TV providers. */
export const buildParties = async (
  context: PartyContext,
  { serviceTokens, switches }: Pick<Parameters<typeof createAdobePass>[1], 'serviceTokens' | 'switches'>,
): Promise<Parties> => {
  const key = createSigningKeys();
  const mvpd = createMvpd(context, { adobeKey: key });
  const { keysOf } = mvpd;
  const backChannel = createBackChannel(context);
  const saml = createSamlLogin({ ...context, key, keysOf });
  const authorization = createXacmlAuthorization({ ...context, key, keysOf, backChannel, switches });
  mvpd.whenSessionEnds(authorization.onSignOut);
  const adobe = createAdobePass(context, {
    serviceTokens,
    switches,
    logins: [saml.login, createOAuthLogin({ ...context, backChannel, keysOf })],
    partnerExchange: saml.exchange,
    authorization,
  });
  return { adobe, mvpd, identities: await buildIdentities(context) };
};
