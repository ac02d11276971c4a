import type { JsonObject } from '#src/lib/json';
import { firstDecision, tempPassIdentity } from '../client.ts';
import { createSwitchStage, type Now, type SwitchCase, statusOf } from '../switch-stage.ts';

/** TempPass and degradation. */
export const tempPassAndDegradationCases = (now: Now) => {
  const { raw, degrade } = createSwitchStage(now);

  const complete = { actionName: 'complete', actionType: 'none', mvpd: 'Cablevision' };

  return {
    tempPassIdentity: {
      settings: { tempPassIdentity: 'openapi' },
      observe: async () => {
        const path = '/decisions/preauthorize/flexibleTempPass';
        const { body } = await raw.json(path, { resources: ['REF30'] });
        return firstDecision(body)['authorized'];
      },
      before: true,
      after: false,
    },
    tempPassHash: {
      settings: { tempPassHash: 'required' },
      observe: async () => {
        const status = (identifier: string) =>
          statusOf(raw.get('/profiles/flexibleTempPass', tempPassIdentity(identifier)));
        return [await status('someone@example.com'), await status('f'.repeat(64))];
      },
      before: [200, 200],
      after: [400, 200],
    },
    promotionalRepeats: {
      settings: { promotionalRepeats: 'counted' },
      observe: async () => {
        const play = { mvpd: 'flexibleTempPass', headers: tempPassIdentity() };
        for (let times = 0; times < 5; times += 1) await now().tv.decide('authorize', play);
        return firstDecision(await now().tv.decide('authorize', play))['authorized'];
      },
      before: true,
      after: false,
    },
    promotionalExpiration: {
      settings: { promotionalExpiration: 'begin' },
      observe: async () => {
        const profile =
          (await now().tv.profiles('/flexibleTempPass', tempPassIdentity()))['flexibleTempPass'] ?? {};
        const { expiration_date } = profile['attributes'] as { expiration_date: { value: number } };
        return expiration_date.value - Number(profile['notBefore']);
      },
      before: 180_000,
      after: 0,
    },
    degradationPriority: {
      settings: { degradationPriority: 'profile' },
      observe: async () => {
        await now().tv.logIn();
        await degrade('AuthNAll');
        return (await now().tv.profiles('/Cablevision'))['Cablevision']?.['type'];
      },
      before: 'degraded',
      after: 'regular',
    },
    degradedLogoutKey: {
      settings: { degradedLogoutKey: 'sample' },
      observe: async () => {
        const healthy = Object.keys((await now().tv.logOut()) as JsonObject);
        await degrade('AuthNAll');
        return [healthy, await now().tv.logOut()];
      },
      before: [['Cablevision'], { Cablevision: complete }],
      after: [['Cablevision'], { ATTOTT: complete }],
    },
  } satisfies Record<string, SwitchCase>;
};
