import { createBrowser } from '@kinpass/simulator/browser';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { authorizeUrl, startStage } from '../authorization-server/stage.ts';
import { app, startScriptedFacebook } from '../identity/scripted-facebook.ts';
import { startScriptedOp } from '../identity/scripted-op.ts';
import { atOp, providerOf, redirectUri, signIn } from '../identity/signing-in.ts';

const unfinished = { code: 'sign_in_unfinished' };
const refused = { code: 'sign_in_refused' };

describe('a callback with', () => {
  test.each([
    ['login_required', unfinished],
    ['interaction_required', unfinished],
    ['consent_required', unfinished],
    ['account_selection_required', unfinished],
    ['access_denied', refused],
    ['user_cancelled', refused],
    ['user_canceled', refused],
    ['user_cancelled_login', refused],
    ['user_cancelled_authorize', refused],
    ['user_denied', refused],
    ['user_cancelled<script>', { code: 'identity_rejected' }],
    ['access_denied_by_mallory', { code: 'identity_rejected' }],
  ])('%s is no failed check', async (error, outcome) => {
    await using op = await startScriptedOp(systemClock);
    op.script.callback = { code: undefined, error };
    await expect(signIn(providerOf(atOp(op), systemClock), op)).rejects.toMatchObject(outcome);
    expect(op.server.times('/token')).toBe(0);
  });

  test.each(['access_denied', 'user_cancelled'])(
    "Facebook's %s means that the viewer cancelled",
    async (error) => {
      await using facebook = await startScriptedFacebook(systemClock);
      const { origin } = facebook;
      const provider = providerOf(
        { kind: 'facebook', webOrigin: origin, graphOrigin: origin, ...app },
        systemClock,
      );
      const { url, checks } = await provider.begin({ redirectUri });
      const callback = facebook.approve(url);
      callback.search = new URLSearchParams({ error, error_reason: error, state: checks.state }).toString();
      await expect(provider.complete({ callback, checks })).rejects.toMatchObject(refused);
    },
  );
});

test('the viewer reads that the sign-in was not finished, not that it failed', async () => {
  await using stage = await startStage();
  const browser = createBrowser({ stopsAt: [`${stage.origin}/callback/dtc`] });
  await browser.open(authorizeUrl(stage));
  const { url } = await browser.submit({ button: 'Viewers account' });
  stage.dtc.fails = 'sign_in_unfinished';
  const page = await browser.open(url);
  expect(page.status).toBe(403);
  expect(page.text).toContain('Sign-in was not completed');
  expect(page.text).toContain('Try again');
});
