import type { IdentityProviderConfig } from '#src/config/schema';
import { facebookRules } from './facebook.ts';
import { googleAliases } from './google.ts';
import { withoutRootSlash } from './server-metadata.ts';

/**
 * The issuer that identities of a provider have, if `spelling` is one of its spellings; else undefined. That of an OpenID
 * Provider is the one that its metadata has: like that of the settings but for a slash at the end of an origin.
 */
export const issuerIn = (provider: IdentityProviderConfig, spelling: string): string | undefined => {
  switch (provider.kind) {
    case 'oidc':
      return URL.canParse(spelling) && withoutRootSlash(spelling) === withoutRootSlash(provider.issuer)
        ? spelling
        : undefined;
    case 'google':
      return [provider.issuer, ...googleAliases(provider.issuer)].includes(spelling)
        ? provider.issuer
        : undefined;
    case 'facebook': {
      const { issuers } = facebookRules(provider);
      return issuers.includes(spelling) ? issuers[0] : undefined;
    }
  }
};
