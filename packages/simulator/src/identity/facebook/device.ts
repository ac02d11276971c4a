import type { Context } from 'koa';
import { type Clock, seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { BrowserSessions } from '../browser-session.ts';
import type { DeviceCodes } from '../device-codes.ts';
import { type Fields, formOf, queryOf } from '../form.ts';
import type { Handles } from '../handles.ts';
import { showCodeEntry, showLogin, showNotice, showQuestion } from '../pages.ts';
import type { People } from '../people.ts';
import { themes } from '../themes.ts';
import type { FacebookApps } from './apps.ts';
import { readScopes } from './dialog.ts';
import { GraphError, type Token } from './model.ts';
import type { FacebookSwitches } from './switches.ts';
import { userTokenLifetime } from './token.ts';

export interface DeviceRequest {
  readonly scopes: readonly string[];
}

interface Deps {
  readonly clock: Clock;
  readonly origin: string;
  readonly apps: FacebookApps;
  readonly clientToken: string;
  readonly deviceCodes: DeviceCodes<DeviceRequest>;
  readonly tokens: Handles<Token>;
  readonly people: People;
  readonly sessions: BrowserSessions;
  readonly switches: FacebookSwitches;
}

const theme = themes.facebook;
export const deviceCodeLifetime = 420;

const checkCaller = ({ access_token: token }: Fields, { apps, clientToken }: Deps): void => {
  if (token !== `${apps.own.clientId}|${clientToken}`)
    throw new GraphError({ message: 'Invalid OAuth access token - Cannot parse access token', code: 190 });
};

/** https://developers.facebook.com/docs/facebook-login/for-devices: not RFC 8628, and without ID tokens. */
export const createDeviceLogin =
  (deps: Deps) =>
  (fields: Fields): JsonObject => {
    const { origin, deviceCodes, switches } = deps;
    checkCaller(fields, deps);
    const { deviceCode, userCode } = deviceCodes.issue({ scopes: readScopes(fields['scope'] ?? '') });
    return {
      code: deviceCode,
      user_code: userCode,
      verification_uri: `${origin}/device`,
      expires_in: deviceCodeLifetime,
      interval: Math.max(1, switches.deviceInterval),
    };
  };

const outcomes = {
  unknown: { message: 'Invalid parameter', code: 100 },
  pending: {
    message: 'This request requires the user to take a pending action',
    code: 31,
    subcode: 1349174,
    userTitle: 'Device Login Authorization Pending',
    userMessage: 'User has not yet authorized your application. Continue polling.',
  },
  tooFast: {
    message: 'User request limit reached',
    code: 17,
    subcode: 1349172,
    userTitle: 'OAuth Device Excessive Polling',
    userMessage:
      'Your device is polling too frequently. Space your requests with a minimum interval of 5 seconds.',
  },
  expired: {
    message: 'The session has expired',
    code: 463,
    subcode: 1349152,
    userTitle: 'Activation Code Expired',
    userMessage:
      'The code you entered has expired. Please go back to your device for a new code and try again.',
  },
  denied: {
    message: 'The user declined the request',
    code: 31,
    subcode: 1349173,
    userTitle: 'Device Login Declined',
    userMessage: 'User has declined your application.',
  },
} as const;

export const createDeviceStatus =
  (deps: Deps) =>
  (fields: Fields): JsonObject => {
    const { clock, apps, deviceCodes, tokens, switches } = deps;
    checkCaller(fields, deps);
    const polled = deviceCodes.poll(fields['code'] ?? '', switches.deviceInterval);
    if (typeof polled === 'string') throw new GraphError(outcomes[polled]);
    const { user, request } = polled;
    const issuedAt = seconds(clock.now());
    const about = { user, scopes: request.scopes, appId: apps.own.clientId, issuedAt };
    return {
      access_token: tokens.issue(about),
      data_access_expiration_time: issuedAt + 90 * 86_400,
      expires_in: userTokenLifetime,
    };
  };

/** Device page: code, password, then confirmation; each form carries the code. */
export const createDevicePage = ({ deviceCodes, people, sessions }: Deps) => ({
  show: (ctx: Context): void => showCodeEntry(ctx, { theme, code: queryOf(ctx)['user_code'] ?? '' }),

  answer: async (ctx: Context): Promise<void> => {
    const { user_code: code = '', username, password, decision } = await formOf(ctx);
    if (!deviceCodes.pending(code))
      return showCodeEntry(ctx, { theme, code, error: 'The code is wrong or has expired.' });
    if (decision === 'cancel') {
      deviceCodes.decide(code, 'denied');
      return showNotice(ctx, theme, 'Device not connected', 'No one was signed in. You can close this page.');
    }
    const hidden = { user_code: code };
    const current = people.byId(sessions.userOf(ctx) ?? '');
    if (decision === 'allow' && current) {
      deviceCodes.decide(code, current);
      return showNotice(ctx, theme, 'Success!', 'Your device is now connected.');
    }
    const ask = (name: string) =>
      showQuestion(ctx, {
        theme,
        hidden,
        title: `Continue as ${name}?`,
        agree: `Continue as ${name}`,
        text: 'Kinpass on your device will receive your name and e-mail address.',
      });
    if (current) return ask(current.name);
    if (username === undefined) return showLogin(ctx, { theme, people, hidden });
    const user = people.byLogin(username);
    if (!user || user.password !== password) {
      const error = 'The e-mail address or password you entered is incorrect.';
      return showLogin(ctx, { theme, people, hidden, username, error });
    }
    sessions.begin(ctx, user.id);
    ask(user.name);
  },
});
