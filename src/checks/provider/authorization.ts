import type { Parameters } from '#src/identity/authentication-request';
import { type CodeFlowDeps, createCodeFlow } from '#src/identity/code-flow';
import { type Answer, type Ask, locationOf, type NoAnswer } from './ask.ts';
import type { ProviderSettings } from './settings.ts';

/** How a provider answers an authorization request of a browser in which nobody is signed in. */
export type AuthorizationAnswer =
  | NoAnswer
  /** Back to the gateway. */
  | { readonly kind: 'returned'; readonly parameters: URLSearchParams; readonly state: string }
  /** A page, or a redirect to another page. `text` is what it says, `address` included. */
  | {
      readonly kind: 'page';
      readonly place: string;
      readonly status: number;
      readonly address: string;
      readonly text: string;
    };

interface Deps extends CodeFlowDeps {
  readonly ask: Ask;
}

/** Sends the request that a sign-in begins with, with these parameters besides. */
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
  return 'failure' in answer ? answer : classify(answer, redirectUri, checks.state);
};

const classify = (answer: Answer, redirectUri: string, state: string): AuthorizationAnswer => {
  const location = locationOf(answer);
  if (location && `${location.origin}${location.pathname}` === redirectUri)
    return { kind: 'returned', parameters: location.searchParams, state };
  const { place, status, text } = answer;
  const address = location ? `${location.origin}${location.pathname}` : place;
  return { kind: 'page', place, status, address, text: `${location ? spelledOut(location) : ''} ${text}` };
};

/** Google hides the error's name in a parameter, as Base64. */
const spelledOut = (location: URL): string => {
  const values = [...location.searchParams.values()];
  const decoded = values.map((value) => Buffer.from(value, 'base64').toString('latin1'));
  return [location.pathname, ...values, ...decoded].join(' ');
};
