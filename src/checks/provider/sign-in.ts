import { ok, skipped, warning } from '../outcome.ts';
import { refusal } from './authorization-checks.ts';
import type { MakeCheck } from './checked-provider.ts';
import { listOf } from './metadata.ts';

export const prompt: MakeCheck = ({ settings: { config }, evidence }) => ({
  id: 'provider.prompt',
  question: 'Can an app ask for a fresh login?',
  needs: ['provider.redirect-uri'],
  run: async () => {
    const answer = await evidence.loginAuthorization();
    if (!answer) return skipped('Not checked: authorization_endpoint is missing or must not be called.');
    const refused = refusal(answer);
    if (refused) return refused;
    const metadata = await evidence.metadata();
    const known = listOf(metadata, 'prompt_values_supported');
    const facts = {
      promptValues: known ?? 'not published',
      acrValues: listOf(metadata, 'acr_values_supported') ?? 'not published',
    };
    if (config.kind === 'google' || (known?.includes('login') ?? true))
      return ok('The provider shows a login page when asked for one.', facts);
    return warning(
      'prompt_values_supported lacks login.',
      'prompt=login from an app is sent nevertheless, and the sign-in is refused unless auth_time proves the login.',
      facts,
    );
  },
});

export const authTime: MakeCheck = ({ settings: { config }, evidence }) => ({
  id: 'provider.auth-time',
  question: 'Do ID Tokens say when the viewer logged in?',
  needs: ['provider.discovery'],
  run: async () => {
    const known = listOf(await evidence.metadata(), 'claims_supported');
    if (known?.includes('auth_time')) return ok('claims_supported has auth_time.');
    const cure =
      config.kind === 'google'
        ? 'Google sends it to verified projects with "Session age claims" only. Without it, apps that ask for prompt=login or max_age need another provider.'
        : 'Apps that ask for prompt=login or max_age are refused without auth_time: ask the provider, or sign in once with max_age. Entra ID sends it as an optional claim.';
    return warning(
      known ? 'claims_supported lacks auth_time.' : 'The provider does not say which claims it has.',
      cure,
    );
  },
});
