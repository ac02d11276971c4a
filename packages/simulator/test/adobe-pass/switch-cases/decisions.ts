import { switchesSchema } from '#src/adobe-pass/switches';
import { request } from '#src/client/request';
import type { JsonObject } from '#src/lib/json';
import { startSimulator } from '#src/simulator';
import { createManualClock } from '../../support/manual-clock.ts';
import { anyPorts } from '../../world.ts';
import { firstDecision } from '../client.ts';
import { createSwitchStage, type Now, type SwitchCase, sixResources, statusOf } from '../switch-stage.ts';

/** Decisions, media tokens and the throttle. */
export const decisionCases = (now: Now) => {
  const { raw } = createSwitchStage(now);

  return {
    maxResources: {
      settings: { maxResources: 6 },
      observe: () => statusOf(raw.json('/decisions/preauthorize/Cablevision', { resources: sixResources })),
      before: 403,
      after: 200,
    },
    mediaTokenSeconds: {
      settings: { mediaTokenSeconds: 600 },
      observe: async () => {
        const { token } = firstDecision(await now().tv.decide('authorize', { mvpd: 'TempPass_TEST40' }));
        return Number((token as JsonObject)['notAfter']) - now().world.clock.now();
      },
      before: 420_000,
      after: 600_000,
    },
    mediaTokenUse: {
      settings: { mediaTokenUse: 'once' },
      observe: async () => {
        const { token } = firstDecision(await now().tv.decide('authorize', { mvpd: 'TempPass_TEST40' }));
        const { serializedToken } = token as JsonObject;
        const verification = { serializedToken, requestorId: 'REF30' };
        const verify = async () =>
          (await now().world.control('/media-tokens/verification', verification)).body['status'];
        return [await verify(), await verify()];
      },
      before: ['VALID_TOKEN', 'VALID_TOKEN'],
      after: ['VALID_TOKEN', 'TOKEN_EXPIRED'],
    },
    permitsAfterSignOut: {
      settings: { permitsAfterSignOut: 'dropped' },
      observe: async () => {
        await now().tv.logIn();
        await now().tv.decide('authorize');
        await now().world.control('/mvpds/sessions/end', { mvpd: 'Cablevision' });
        const { authorized, error } = firstDecision(await now().tv.decide('authorize'));
        return [authorized, (error as JsonObject | undefined)?.['code']];
      },
      before: [true, undefined],
      after: [false, 'authorization_denied_by_session_invalidated'],
    },
    mediaTokenIssuedAt: {
      settings: { mediaTokenIssuedAt: true },
      observe: async () => {
        const { body } = await raw.json('/decisions/authorize/TempPass_TEST40', { resources: ['REF30'] });
        return 'issuedAt' in (firstDecision(body)['token'] as object);
      },
      before: false,
      after: true,
    },
    registrationAddress: {
      settings: { registrationAddress: 'sender' },
      observe: async () => {
        const { registrationAddress } = (await now().world.adobe('/_control/switches')).body;
        await using own = await startSimulator({
          ports: anyPorts,
          clock: createManualClock(),
          switches: switchesSchema.parse({ registrationAddress }),
        });
        const url = `${own.origins.adobe}/o/client/register`;
        const register = async (address: string) =>
          (await request({ method: 'POST', url, json: {}, headers: { 'x-forwarded-for': address } })).status;
        for (let device = 1; device <= 11; device += 1) await register(`203.0.113.${device}`);
        return await register('203.0.113.12');
      },
      before: 400,
      after: 429,
    },
    throttle: {
      settings: { throttle: 'off' },
      observe: async () => {
        const { throttle } = (await now().world.adobe('/_control/switches')).body;
        await using own = await startSimulator({
          ports: anyPorts,
          clock: createManualClock(),
          switches: switchesSchema.parse({ throttle }),
        });
        const ask = async () => (await request({ url: `${own.origins.adobe}/api/v2/REF30/profiles` })).status;
        for (let times = 0; times < 11; times += 1) await ask();
        return await ask();
      },
      before: 429,
      after: 401,
    },
  } satisfies Record<string, SwitchCase>;
};
