import { expect, test } from 'vitest';
import { call, startGatewaySide } from '../adobe-pass/gateway-side.ts';

// The body is a part of what a socket had read, so its place depends on the length of the headers before it.
test.each(['OK', '{}', '[]', '1'])('wherever it stands in memory, %s is no answer: 502', async (body) => {
  await using side = await startGatewaySide();
  for (const padding of ['', 'x', 'xx', 'xxx']) {
    side.adobe.at('/api', { headers: { 'content-length': String(body.length), 'x-a': padding }, body });
    await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_answer_invalid' });
  }
});
