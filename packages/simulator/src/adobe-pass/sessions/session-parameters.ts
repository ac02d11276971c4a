import type { ServiceProvider } from '#src/fixtures';
import { findMvpd } from '../call.ts';
import type { AdobeContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import { isRedirectUrl } from './redirect-url.ts';

/** What an authentication session must know before the browser can leave for the MVPD. */
export interface SessionParameters {
  readonly mvpd: string | null;
  readonly domainName: string | null;
  readonly redirectUrl: string | null;
}

const names = ['mvpd', 'domainName', 'redirectUrl'] as const;

export type MissingParameter = (typeof names)[number];

export const missingOf = (parameters: SessionParameters): MissingParameter[] =>
  names.filter((name) => parameters[name] === null);

/** The form's parameters laid over those already known; each must be valid, and all together integrated. */
export const readSessionParameters = (
  context: Pick<AdobeContext, 'fixtures' | 'integrations' | 'switches'>,
  {
    form,
    serviceProvider,
    known,
  }: { form: URLSearchParams; serviceProvider: ServiceProvider; known?: SessionParameters },
): SessionParameters => {
  const given = (name: MissingParameter) => form.get(name) || (known?.[name] ?? null);
  const parameters = {
    mvpd: given('mvpd'),
    domainName: given('domainName'),
    redirectUrl: given('redirectUrl'),
  };
  const { mvpd, domainName, redirectUrl } = parameters;
  const { domains } = serviceProvider;
  if (mvpd !== null) findMvpd(context, mvpd);
  if (domainName !== null && !domains.includes(domainName)) throw refuse('invalid_parameter_domain_name');
  if (redirectUrl !== null && !isRedirectUrl(context, serviceProvider, redirectUrl))
    throw refuse('invalid_parameter_redirect_url');
  // A step that still lacks something is documented to skip the check of the integration.
  if (mvpd !== null && missingOf(parameters).length === 0)
    context.integrations.require(serviceProvider, mvpd);
  return parameters;
};
