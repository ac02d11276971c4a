import type { Environment } from '#src/config/environments';
import { fail } from '#src/lib/errors';
import type { AdobePass } from './adobe-pass.ts';
import { environmentOf } from './environment.ts';

/**
 * The clients of all environments as one: registrations name theirs, and every call goes to the one that made its
 * credentials. Errors: also invalid_authentication_session for credentials of an environment that is no longer configured, which
 * only a code can name.
 */
export const joinEnvironments = (
  environments: readonly Environment[],
  open: (environment: Environment) => AdobePass,
): AdobePass => {
  const clients = new Map(environments.map((environment) => [environment.id, open(environment)]));
  const clientOf = (environment: string): AdobePass => {
    const client = clients.get(environment);
    if (client) return client;
    throw fail('invalid_authentication_session', {
      field: 'code',
      detail: `there is no environment ${environment}`,
    });
  };
  const madeBy = ({ id }: { readonly id: string }): AdobePass => clientOf(environmentOf(id));
  const all = [...clients.values()];
  return {
    register: async (registration) => clientOf(registration.environment).register(registration),
    accessToken: async (credentials, wanted) => madeBy(credentials).accessToken(credentials, wanted),
    call: async (operation, call, input) => madeBy(call.credentials).call(operation, call, input),
    preauthorizeInParts: async (call, question) =>
      madeBy(call.credentials).preauthorizeInParts(call, question),
    openBreakers: () => all.reduce((open, client) => open + client.openBreakers(), 0),
    close: () => {
      for (const client of all) client.close();
    },
  };
};
