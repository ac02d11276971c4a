import { ok, warning } from '../outcome.ts';
import type { MakeCheck } from './checked-provider.ts';

/** https://developers.google.com/identity/openid-connect/openid-connect#getcredentials */
const clientIdForm = /^\d+-[a-z0-9]+\.apps\.googleusercontent\.com$/;

export const googleClientId: MakeCheck = ({ settings: { config } }) => ({
  id: 'provider.google-client-id',
  question: 'Does the client id have the form of Google?',
  run: async () =>
    clientIdForm.test(config.clientId)
      ? ok('The client id has the form that Google gives.')
      : warning(
          `${config.clientId} is not <number>-<letters>.apps.googleusercontent.com.`,
          'Copy the client id, not the name or number of the project, from Google Auth Platform → Clients.',
        ),
});
