import type { IdentityProviderConfig } from '#src/config/schema';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import type { AuthenticationRequest } from '#src/identity/authentication-request';
import type { RedirectProvider } from '#src/identity/provider';
import { createProviders } from '#src/identity/providers';
import type { Clock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { ScriptedOp } from './scripted-op.ts';

export const redirectUri = 'http://localhost:8080/callback/op';

type ConfigInput = Partial<IdentityProviderConfig> & Pick<IdentityProviderConfig, 'kind'>;

/** The provider that this configuration makes, on loopback. */
export const providerOf = (config: ConfigInput, clock: Clock, insecureHttp = true): RedirectProvider => {
  const parsed = identityProviderSchema.parse({ id: 'op', label: 'An OP', ...config });
  const provider = createProviders([parsed], { clock, ids: systemIds, insecureHttp }).get('op');
  if (!provider) throw new Error('no provider');
  return provider;
};

export const atOp = (op: ScriptedOp, changes: object = {}): ConfigInput => ({
  kind: 'oidc',
  issuer: op.issuer,
  clientId: op.client.id,
  clientSecret: op.client.secret,
  authorizedParties: ['kinpass-on-android'],
  trustedAudiences: ['a-trusted-one'],
  ...changes,
});

/** One sign-in from start to end. */
export const signIn = async (
  provider: RedirectProvider,
  op: Pick<ScriptedOp, 'approve'>,
  request: AuthenticationRequest = {},
) => {
  const { url, checks } = await provider.begin({ redirectUri, request });
  return provider.complete({ callback: op.approve(url), checks, request });
};
