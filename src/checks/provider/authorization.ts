import type { Parameters } from '#src/identity/authentication-request';
import { type CodeFlowDeps, createCodeFlow } from '#src/identity/code-flow';
import { type Answer, type Ask, locationOf, type NoAnswer } from './ask.ts';
import type { ProviderSettings } from './settings.ts';

/** How a provider answers an authorization request of a browser in which nobody is signed in. */
export type AuthorizationAnswer =
  | (NoAnswer & { readonly kind: 'none' })
  /** Back to the gateway. */
  | { readonly kind: 'returned'; readonly parameters: URLSearchParams; readonly state: string }
  | ProviderPage;

/** A page of the provider, or a redirect to one. */
export interface ProviderPage {
  readonly kind: 'page';
  readonly place: string;
  readonly status: number;
  /** Where it is. */
  readonly address: string;
  /** What is known of an error; empty where it looks like any other page. */
  readonly errorText: string;
}

interface Deps extends CodeFlowDeps {
  readonly ask: Ask;
}

/** Sends the request that a sign-in begins with, and these parameters. */
export const requestAuthorization = async (
  { issuer, redirectUri, registration }: ProviderSettings,
  endpoint: string,
  parameters: Parameters,
  { ask, ...deps }: Deps,
): Promise<AuthorizationAnswer> => {
  const flow = createCodeFlow(registration, deps);
  const metadata = { issuer, authorization_endpoint: endpoint };
  const { url, checks } = await flow.begin(metadata, redirectUri, () => parameters);
  const answer = await ask(url.href);
  return 'failure' in answer ? { kind: 'none', ...answer } : classify(answer, redirectUri, checks.state);
};

const classify = (answer: Answer, redirectUri: string, state: string): AuthorizationAnswer => {
  const location = locationOf(answer);
  if (location && `${location.origin}${location.pathname}` === redirectUri)
    return { kind: 'returned', parameters: location.searchParams, state };
  const { place, status, text } = answer;
  const address = location ? `${location.origin}${location.pathname}` : place;
  const errorText = location ? errorOfRedirect(location) : errorOfPage(status, text);
  return { kind: 'page', place, status, address, errorText };
};

/** Login pages hold scripts with the names of every error: only Entra ID's, with status 200, is spelled unmistakably. */
const errorOfPage = (status: number, text: string): string =>
  status >= 400 ? `status ${status} ${text}` : (/AADSTS\d{5,7}:[^<]{0,200}/.exec(text)?.[0] ?? '');

const errorOfRedirect = (location: URL): string => {
  const address = spelledOut(location);
  return /\/error\b|redirect_uri_mismatch|invalid_(request|client|redirect)/.test(address) ? address : '';
};

/** Google hides the error's name in a parameter, as Base64. */
const spelledOut = (location: URL): string => {
  const values = [...location.searchParams.values()];
  const decoded = values.map((value) => Buffer.from(value, 'base64').toString('latin1'));
  return [location.pathname, ...values, ...decoded].join(' ');
};
