import { withoutRootSlash } from '#src/identity/server-metadata';
import { failed, ok, warning } from '../outcome.ts';
import { adviceFor } from './advice.ts';
import type { Reading } from './ask.ts';
import type { CheckedProvider, MakeCheck } from './checked-provider.ts';
import { documentFault } from './faults.ts';
import { type Metadata, textOf } from './metadata.ts';

export const discovery: MakeCheck = ({ settings: { issuer, config }, evidence, advice }) => ({
  id: 'provider.discovery',
  question: 'Can the discovery document be read?',
  run: async () => {
    const reading = await evidence.discovery();
    const adviceFor404 = config.kind === 'oidc' ? await cureForIssuer(issuer, advice) : keepDefaults;
    return documentFault(reading, adviceFor404) ?? ok(`${reading.place} was read.`);
  },
});

const keepDefaults =
  'Leave issuer and webOrigin out of the configuration: their defaults are the right ones.';

const cureForIssuer = async (issuer: string, advice: CheckedProvider['advice']): Promise<string> =>
  issuer.includes('/.well-known/')
    ? 'The issuer is the address without /.well-known/…: leave that out.'
    : `The issuer is probably incomplete.${await advice('issuer')}`;

export const issuer: MakeCheck = ({ settings, evidence }) => ({
  id: 'provider.issuer',
  question: 'Is the issuer of the document the configured one?',
  needs: ['provider.discovery'],
  run: async () => {
    const found = textOf(await evidence.metadata(), 'issuer');
    if (found === undefined)
      return failed('The document names no issuer.', 'It is not a discovery document: check the address.');
    const accepted = [settings.issuer, ...publishedAliases(settings)];
    if (accepted.some((one) => comparable(one) === comparable(found)))
      return ok(`The issuer is ${found}.`, acceptedSpellings(settings));
    return failed(`The provider calls itself ${found}, not ${settings.issuer}.`, cureFor(found, settings));
  },
});

/** Facebook's document names either of its hosts; an OpenID Provider's must name the issuer itself. */
const publishedAliases = ({ config, aliases }: CheckedProvider['settings']): readonly string[] =>
  config.kind === 'facebook' ? aliases : [];

const acceptedSpellings = ({ aliases }: CheckedProvider['settings']) =>
  aliases.length > 0 ? { alsoAccepted: aliases } : undefined;

const comparable = (text: string): string => (URL.canParse(text) ? withoutRootSlash(text) : text);

const cureFor = (found: string, { config }: CheckedProvider['settings']): string => {
  if (config.kind !== 'oidc') return keepDefaults;
  return found.includes('{')
    ? `This address serves several tenants.${adviceFor('issuer', 'entra')}`
    : `If that is the right provider, configure issuer: ${found} exactly so: every ID Token carries it, and a slash or a capital letter makes another issuer.`;
};

export const aliases: MakeCheck = ({ settings }) => ({
  id: 'provider.aliases',
  question: 'Does every issuer alias have an effect?',
  run: async () => {
    const useless = settings.aliases.filter((alias) => alias === settings.issuer || /[{}*\s]/.test(alias));
    if (useless.length === 0)
      return ok(
        settings.aliases.length > 0 ? 'Every alias is another issuer.' : 'No alias is configured.',
        acceptedSpellings(settings),
      );
    return warning(
      `Aliases without effect: ${useless.join(', ')}.`,
      'An alias is compared with iss byte for byte; placeholders and the issuer itself have no effect. Remove them from issuerAliases.',
    );
  },
});

/** The type that the specification gives to members which the gateway reads. */
const types: Readonly<Record<string, 'text' | 'list' | 'flag'>> = {
  authorization_endpoint: 'text',
  token_endpoint: 'text',
  jwks_uri: 'text',
  response_types_supported: 'list',
  response_modes_supported: 'list',
  grant_types_supported: 'list',
  scopes_supported: 'list',
  claims_supported: 'list',
  subject_types_supported: 'list',
  prompt_values_supported: 'list',
  acr_values_supported: 'list',
  ui_locales_supported: 'list',
  code_challenge_methods_supported: 'list',
  id_token_signing_alg_values_supported: 'list',
  token_endpoint_auth_methods_supported: 'list',
  authorization_response_iss_parameter_supported: 'flag',
};

export const metadata: MakeCheck = ({ evidence }) => ({
  id: 'provider.metadata',
  question: 'Do the members of the document have the right types?',
  needs: ['provider.discovery'],
  run: async () => {
    const found = await evidence.metadata();
    const wrong = Object.keys(types).filter((name) => found[name] !== undefined && !isOfType(found, name));
    if (wrong.length === 0) return ok('Every member that is read has the right type.');
    return failed(
      `Members of a wrong type: ${wrong.join(', ')}.`,
      'Lists are JSON arrays of strings, flags true or false: report this to the provider. Until then nobody may be able to sign in.',
    );
  },
});

const isOfType = (metadata: Metadata, name: string): boolean => {
  const value = metadata[name];
  if (types[name] === 'text') return typeof value === 'string';
  if (types[name] === 'flag') return typeof value === 'boolean';
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
};

/** Milliseconds; an answer that begins after 4 seconds counts as none. */
const slow = 2_000;

export const latency: MakeCheck = ({ evidence }) => ({
  id: 'provider.latency',
  question: 'Does the provider answer fast enough?',
  needs: ['provider.discovery'],
  run: async () => {
    const readings = [await evidence.discovery(), await evidence.keySet()];
    const took = readings.flatMap((one: Reading | undefined) => (one && 'took' in one ? [one.took] : []));
    const slowest = Math.max(0, ...took);
    const facts = { slowest: `${slowest} ms` };
    if (slowest < slow) return ok(`Documents come within ${slowest} ms.`);
    return warning(
      `A document took ${slowest} ms.`,
      'A sign-in fails after 4 seconds without an answer: look for a slow proxy, or a provider that starts on demand.',
      facts,
    );
  },
});
