import type { ApiAnswer, Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verdicts } from '../support/answers.ts';
import { createRuleFile } from '../support/rule-file.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const rulesOf = createRuleFile();
let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

describe('a resource that is named by its parts', () => {
  const parts = { channel: 'flagship', id: 'finals-7' };
  const named = (purpose: string, ...resources: object[]) =>
    tv.send('/v1/sp/REF30/decisions', {
      method: 'POST',
      json: { purpose, mvpd: 'Cablevision', resources } as unknown as Record<string, string>,
    });
  const governed = (...rules: object[]) =>
    t.reconfigure({
      decisions: { rules: rulesOf(...rules) },
      resources: { mvpds: [{ id: 'Cablevision', channels: [{ channel: 'flagship', title: 'news' }] }] },
    });
  const decided = ({ body }: ApiAnswer) =>
    (body['decisions'] as unknown as { decision: string }[]).map(({ decision }) => decision);

  test('is denied by a part that the MVPD is not told, and others of the channel are not', async () => {
    await governed({ resources: ['finals-*'] });
    expect(decided(await named('play', parts))).toEqual(['deny']);
    const asked = (await t.control.requests()).filter(({ operation }) => operation?.startsWith('decisions.'));
    expect(asked).toEqual([]);
    const page = await named('browse', parts, { channel: 'flagship' }, parts, {
      channel: 'flagship',
      id: 'ep-1',
    });
    expect(decided(page)).toEqual(['deny', 'permit', 'deny', 'permit']);
  });

  test('afterwards, too', async () => {
    await governed({ resources: ['finals-*'], sources: ['mvpd'] });
    expect(decided(await named('play', parts))).toEqual(['deny']);
    expect(decided(await named('browse', { channel: 'flagship' }, parts))).toEqual(['permit', 'deny']);
  });

  test('is denied by its channel also where an app asks for the MVPD’s title of it', async () => {
    await governed({ resources: ['flagship'] });
    expect(decided(await named('play', { channel: 'flagship' }))).toEqual(['deny']);
    expect(verdicts(await tv.authorize('Cablevision', ['news']))).toEqual({ news: 'gateway_rule_blackout' });
    expect(verdicts(await tv.preauthorize('Cablevision', ['news']))).toEqual({
      news: 'gateway_rule_blackout',
    });
  });
});
