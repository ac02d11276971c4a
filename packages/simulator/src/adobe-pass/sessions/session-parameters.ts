import type { Fixtures, ServiceProvider } from '#src/fixtures';
import type { Integrations } from '../configuration/integrations.ts';
import { refuse } from '../errors/refusal.ts';
import { findMvpd } from '../requests/find-fixture.ts';
import { isRedirectUrl, type RedirectDeps } from './redirect-url.ts';

export type ParametersDeps = RedirectDeps & {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly integrations: Pick<Integrations, 'require'>;
};

/** The parameters that an authentication session needs before the browser can leave for the MVPD. */
export interface SessionParameters {
  readonly mvpd: string | null;
  readonly domainName: string | null;
  readonly redirectUrl: string | null;
}

const names = ['mvpd', 'domainName', 'redirectUrl'] as const;

export type MissingParameter = (typeof names)[number];

export const missingOf = (parameters: SessionParameters): MissingParameter[] =>
  names.filter((name) => parameters[name] === null);

/**
 * The known parameters, overridden by those of the form. Errors: invalid_parameter_{mvpd,domain_name,redirect_url},
 * invalid_integration.
 */
export const readSessionParameters = (
  deps: ParametersDeps,
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
  if (mvpd !== null) findMvpd(deps.fixtures, mvpd);
  if (domainName !== null && !domains.includes(domainName)) throw refuse('invalid_parameter_domain_name');
  if (redirectUrl !== null && !isRedirectUrl(deps, serviceProvider, redirectUrl))
    throw refuse('invalid_parameter_redirect_url');
  // Documented: the integration is not checked while parameters are missing.
  if (mvpd !== null && missingOf(parameters).length === 0) deps.integrations.require(serviceProvider, mvpd);
  return parameters;
};
