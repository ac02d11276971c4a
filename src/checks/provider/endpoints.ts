import { endpointFault } from '#src/identity/server-metadata';
import { failed, ok, warning } from '../outcome.ts';
import type { MakeCheck } from './checked-provider.ts';
import { type Metadata, textOf } from './metadata.ts';
import type { ProviderSettings } from './settings.ts';

const required = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const others = ['userinfo_endpoint', 'revocation_endpoint', 'end_session_endpoint'] as const;

/** One text for each endpoint that must not be called; `mayMiss` for those that need not exist. */
export const endpointFaults = (
  metadata: Metadata,
  names: readonly string[],
  { insecureHttp, mayMiss }: { readonly insecureHttp: boolean; readonly mayMiss: boolean },
): readonly string[] =>
  names.flatMap((name) => {
    if (metadata[name] === undefined) return mayMiss ? [] : [`${name} is missing`];
    const fault = endpointFault(textOf(metadata, name) ?? '', insecureHttp);
    return fault === undefined ? [] : [`${name} ${fault}`];
  });

export const endpoints: MakeCheck = ({ settings, evidence, insecureHttp }) => ({
  id: 'provider.endpoints',
  question: 'Does the document name the endpoints that a sign-in needs, by https?',
  needs: ['provider.discovery'],
  run: async () => {
    const metadata = await evidence.metadata();
    const faults = endpointFaults(metadata, required, { insecureHttp, mayMiss: false });
    const otherHosts = hostsOf(metadata, required).filter((host) => host !== hostOf(settings.issuer));
    const facts = otherHosts.length > 0 ? { otherHosts } : undefined;
    if (faults.length === 0) return ok('The authorization, token and key endpoints are valid.', facts);
    return failed(
      `${sentence(faults)}.`,
      'The provider must publish absolute https addresses without user or fragment; behind a proxy it often has to be told its public address.',
      facts,
    );
  },
});

export const otherEndpoints: MakeCheck = ({ evidence, insecureHttp }) => ({
  id: 'provider.other-endpoints',
  question: 'Are the other published endpoints valid?',
  needs: ['provider.discovery'],
  run: async () => {
    const metadata = await evidence.metadata();
    const faults = endpointFaults(metadata, others, { insecureHttp, mayMiss: true });
    const published = others.filter((name) => metadata[name] !== undefined);
    if (faults.length === 0) return ok('The other endpoints are valid.', { published });
    return warning(
      `${sentence(faults)}.`,
      'Signing in does not need them. Report it to the provider: it often means that a proxy in front of it is not set up.',
      { published },
    );
  },
});

export const logout: MakeCheck = ({ settings, evidence, advice }) => ({
  id: 'provider.logout',
  question: 'Can viewers be signed out at the provider, and do they come back?',
  needs: ['provider.discovery'],
  run: async () => {
    const metadata = await evidence.metadata();
    const facts = { backChannel: metadata['backchannel_logout_supported'] === true };
    if (metadata['end_session_endpoint'] !== undefined)
      return ok(`The provider publishes an end_session_endpoint. ${afterwards(settings)}`, facts);
    return warning(
      'The provider publishes no end_session_endpoint: a viewer who signs out of an app stays signed in at the provider.',
      `On a shared computer the next viewer has to choose "Use another account".${await advice('logout')}`,
      facts,
    );
  },
});

/** Whether an address is registered there, nobody but the provider knows. */
const afterwards = ({ config, redirectUri }: ProviderSettings): string =>
  config.kind === 'oidc' && config.returnsAfterLogout
    ? `After a logout it sends viewers back to ${signedOutUri(redirectUri)}, which must be registered there.`
    : 'After a logout viewers stay on its page: returnsAfterLogout is off.';

const signedOutUri = (redirectUri: string): string => `${new URL(redirectUri).origin}/signed-out`;

const sentence = (parts: readonly string[]): string => parts.join('; ');

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);

const hostsOf = (metadata: Metadata, names: readonly string[]): readonly string[] => [
  ...new Set(names.flatMap((name) => textOf(metadata, name) ?? []).map(hostOf)),
];
