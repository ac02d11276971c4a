import type { RedirectProvider } from '#src/identity/provider';
import { errorFields } from '#src/observability/logger';
import type { Deps as ServerDeps } from '../deps.ts';

/** Where the browser comes back to from the logout at an identity provider: registered there, if it takes such addresses. */
export const returnPath = '/signed-out';

/** The parameter and form field that names the identity provider whose logout is next. */
export const providerField = 'identity_provider';

type Deps = Pick<ServerDeps, 'publicOrigin' | 'providersOf' | 'log'>;

/** A provider of the app, and how it ends the session of a browser. */
interface Question {
  /** Id of the app. It comes back as `state`: the page after that knows the app by it. */
  readonly app: string;
  readonly provider: string;
}

/** The address of the logout at an identity provider of the app; undefined if there is none, or the provider cannot say. */
export const createProviderLogout =
  ({ publicOrigin, providersOf, log }: Deps) =>
  async ({ app, provider }: Question): Promise<string | undefined> => {
    const found: RedirectProvider | undefined = providersOf(app).find(({ id }) => id === provider);
    try {
      const url = await found?.logoutUrl({ returnTo: `${publicOrigin}${returnPath}`, state: app });
      return url?.href;
    } catch (error) {
      log.warn(errorFields(error), 'the logout of an identity provider could not be looked up');
      return undefined;
    }
  };

export type ProviderLogout = ReturnType<typeof createProviderLogout>;
