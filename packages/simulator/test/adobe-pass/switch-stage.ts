import type { SwitchSettings } from '#src/adobe-pass/switches';
import type { ApiAnswer } from '#src/client/request';
import type { JsonObject } from '#src/lib/json';
import { type Adobe, type AdobeDevice, partnerStatus } from './client.ts';

/** The effect of a switch: an observation with its default, and the same with other settings. */
export interface SwitchCase {
  readonly settings: SwitchSettings;
  readonly observe: () => Promise<unknown>;
  readonly before: unknown;
  readonly after: unknown;
}

export const statusOf = async (reply: Promise<ApiAnswer>) => (await reply).status;
export const codeOf = async (reply: Promise<ApiAnswer>) => (await reply).body['code'];
export const bodyOf = async (reply: Promise<ApiAnswer>): Promise<JsonObject> => (await reply).body;
export const typeAt = async (device: AdobeDevice, headers = {}) =>
  (await device.profiles('', headers))['Cablevision']?.['type'];

/** Requests that several cases share, to the current world and television. */
export const createSwitchStage = (now: () => { world: Adobe; tv: AdobeDevice }) => {
  /** Without the check against Adobe's tables, from which some switches deviate. */
  const raw = {
    get: (path: string, headers = {}) => now().tv.raw.get(`/api/v2/REF30${path}`, headers),
    form: (path: string, form: Record<string, string>, headers = {}) =>
      now().tv.raw.form(`/api/v2/REF30${path}`, form, headers),
    json: (path: string, body: object, headers = {}) =>
      now().tv.raw.json(`/api/v2/REF30${path}`, body, headers),
  };
  const service = async (claims = {}) => ({
    'ad-service-token': await now().world.serviceToken('ana', claims),
  });
  const platform = async () => {
    const order = { platform: 'amazon', subject: 'home' };
    const { body } = await now().world.control('/platform/token', order);
    return { 'adobe-subject-token': String(body['token']) };
  };
  const status = (changes = {}) => partnerStatus(now().world.clock.now(), changes);
  const incomplete = async () => String((await raw.form('/sessions', {})).body['code']);
  const degrade = (rule: string) => now().world.control('/degradation', { rule, mvpd: 'Cablevision' });
  /** Another app's phone, and the service token of the television's login. */
  const phoneWithSso = async () => {
    const headers = await service();
    await now().tv.logIn({ headers });
    return { phone: await now().world.deviceOf('ref40-phone'), headers };
  };
  return { raw, service, platform, status, incomplete, degrade, phoneWithSso };
};

export type Now = () => { world: Adobe; tv: AdobeDevice };

export const sixResources = [...'123456'];
