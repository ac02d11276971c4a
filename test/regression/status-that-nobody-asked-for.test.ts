import { describe, expect, test } from 'vitest';
import { call, startGatewaySide } from '../adobe-pass/gateway-side.ts';

/** An enhanced error, which is passed on when its status is one. */
const refusal = { code: 'authenticated_profile_missing', action: 'authentication', status: 403 };

test.each([600, 700, 999])('%i is no status: 502, and not passed on', async (status) => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', { status, body: refusal });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({
    code: 'gateway_adobe_answer_invalid',
    status: 502,
  });
  side.adobe.at('/api', { status: 403, body: refusal });
  expect(await side.pass.getProfiles(call)).toMatchObject({ status: 403, body: refusal });
});

describe('101 to a request that asked for no other protocol is refused at once', () => {
  test.each([
    ['with an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
    ['without one', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('%s', async (_what, text) => {
    await using side = await startGatewaySide();
    side.adobe.at('/api', (_response, { socket }) => socket.write(text));
    // Otherwise the call ends after ten seconds, with gateway_adobe_timeout.
    await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_answer_invalid' });
  });
});
