import type { Context } from 'koa';
import type { BrowserSessions } from '../browser-session.ts';
import type { DeviceCodes } from '../device-codes.ts';
import { formOf, queryOf } from '../form.ts';
import { showChooser, showCodeEntry, showFailure, showNotice, showPassword, showQuestion } from '../pages.ts';
import type { People } from '../people.ts';
import { themes } from '../themes.ts';
import { clientById, type GoogleClient } from './clients.ts';
import { GoogleError, readScopes } from './model.ts';
import type { GoogleSwitches } from './switches.ts';

export interface DeviceRequest {
  readonly scopes: readonly string[];
}

interface Deps {
  readonly origin: string;
  readonly clients: readonly GoogleClient[];
  readonly deviceCodes: DeviceCodes<DeviceRequest>;
  readonly people: People;
  readonly sessions: BrowserSessions;
  readonly switches: GoogleSwitches;
}

const theme = themes.google;
/** The only scopes allowed in the device flow. */
const deviceScopes = ['openid', 'email', 'profile'];

export const deviceCodeLifetime = 1800;
export const deviceCodeFormat = (letters: string): string => `${letters.slice(0, 4)}-${letters.slice(4)}`;

/** https://developers.google.com/identity/gsi/web/guides/devices#obtain_a_user_code_and_verification_url */
export const createDeviceAuthorization =
  ({ origin, clients, deviceCodes, switches }: Deps) =>
  async (ctx: Context): Promise<void> => {
    const form = await formOf(ctx);
    const client = clientById(clients, form['client_id']);
    if (client.platform !== 'tv') throw new GoogleError(401, 'invalid_client', 'Invalid client type.');
    const scopes = readScopes(form['scope'] ?? '');
    if (!scopes.length) throw new GoogleError(400, 'invalid_request', 'Missing required parameter: scope');
    if (!scopes.every((scope) => deviceScopes.includes(scope)))
      throw new GoogleError(400, 'invalid_scope', `Invalid device flow scope: ${scopes.join(' ')}`);
    const { deviceCode, userCode } = deviceCodes.issue({ scopes });
    ctx.set('cache-control', 'no-store');
    // Not `verification_uri`: the flow predates RFC 8628.
    ctx.body = {
      device_code: deviceCode,
      user_code: userCode,
      expires_in: deviceCodeLifetime,
      interval: Math.max(1, switches.deviceInterval),
      verification_url: `${origin}/device`,
    };
  };

/** Device page: code, account, password, then confirmation; each form carries the code. */
export const createDevicePage = ({ deviceCodes, people, sessions, switches }: Deps) => ({
  show: (ctx: Context): void => showCodeEntry(ctx, { theme, code: queryOf(ctx)['user_code'] ?? '' }),

  answer: async (ctx: Context): Promise<void> => {
    const { user_code: code = '', user: choice, password, decision } = await formOf(ctx);
    if (!deviceCodes.pending(code))
      return showCodeEntry(ctx, { theme, code, error: 'Invalid code. Try again.' });
    if (decision === 'cancel') {
      deviceCodes.decide(code, 'denied');
      return showNotice(ctx, theme, 'Device not connected', 'No one was signed in. You can close this page.');
    }
    const hidden = { user_code: code };
    const current = people.byId(sessions.userOf(ctx) ?? '');
    if (decision === 'allow' && current) {
      deviceCodes.decide(code, current);
      return showNotice(ctx, theme, 'Success! Device connected', 'You can continue on your device.');
    }
    const ask = (name: string) =>
      showQuestion(ctx, {
        theme,
        hidden,
        title: 'Sign in on your device?',
        agree: 'Allow',
        text: `A device wants to know that you are ${name}, and your e-mail address.`,
      });
    if (current) return ask(current.name);
    const user = people.byLogin(choice ?? '');
    if (!user) return showChooser(ctx, { theme, people, hidden });
    const page = { theme, hidden, user, email: user.google.email };
    if (password === undefined) return showPassword(ctx, page);
    if (password !== user.password)
      return showPassword(ctx, { ...page, error: 'Wrong password. Try again.' });
    if (switches.disabledUsers.includes(user.id))
      return showFailure(ctx, theme, 403, 'Account disabled', 'This Google Account is disabled.');
    sessions.begin(ctx, user.id);
    ask(user.name);
  },
});
