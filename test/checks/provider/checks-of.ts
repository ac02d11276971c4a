import { createProviderChecks } from '#src/checks/provider/provider-checks';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';

const kinds = {
  oidc: { issuer: 'https://op.example' },
  google: {},
  facebook: { clientSecret: 'secret' },
};

export type Kind = keyof typeof kinds;

/** The checks of a provider of this kind, for what they say of themselves. */
export const checksOf = (kind: Kind) => {
  const config = identityProviderSchema.parse({
    id: 'op',
    label: 'OP',
    kind,
    clientId: 'kinpass',
    ...kinds[kind],
  });
  const input = { config, families: [], publicOrigin: 'https://sso.example', insecureHttp: false };
  return createProviderChecks(input, { clock: systemClock, ids: systemIds });
};

/** Ids of the checks that a kind has beyond those of any OpenID Provider. */
export const ownChecksOf = (kind: Kind): string[] => {
  const shared = new Set(checksOf('oidc').map(({ id }) => id));
  return checksOf(kind)
    .map(({ id }) => id)
    .filter((id) => !shared.has(id));
};
