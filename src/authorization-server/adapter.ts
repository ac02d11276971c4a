import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { type Clock, systemClock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { ArtifactStore, StoredArtifact } from '#src/stores/ports';
import { retryWindow } from './token-answers.ts';

interface Deps {
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  /** Throws SlowDown when a device asks too often. */
  countPoll(deviceCode: string): Promise<void>;
  signInStands(grant: string): Promise<boolean>;
  endSignIn(grant: string): Promise<void>;
}

/** Models that a Grant takes along when it is revoked. */
const ofGrant = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);
const oneTime = new Set(['AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** A device that comes late is told `expired_token` for a while, instead of that its code never was. */
const graceAfterExpiry = 600_000;

/** oidc-provider's persistence over the artifact store, one-time use by compare-and-set. */
export const createAdapter = ({ artifacts, clock, findClient, countPoll, signInStands, endSignIn }: Deps) => {
  /** oidc-provider judges expiry by the machine's clock: what it keeps is translated to ours and back. */
  const ahead = () => Math.round((clock.now() - systemClock.now()) / 1000);
  const shifted = (payload: JsonObject, seconds: number): JsonObject =>
    typeof payload['exp'] === 'number' ? { ...payload, exp: payload['exp'] + seconds } : payload;

  const opened = ({ payload, consumedAt }: StoredArtifact): AdapterPayload => {
    // A code that was entered once stays open until it is decided: who closed the page may scan again.
    const { inFlight: _, ...rest } = shifted(payload, -ahead());
    return consumedAt === null ? rest : { ...rest, consumed: Math.floor(consumedAt / 1000) };
  };

  const guardRedemption = async (model: string, id: string, { payload, consumedAt }: StoredArtifact) => {
    const { ctx } = Provider;
    if (ctx?.oidc.route !== 'token' || !oneTime.has(model)) return;
    if (payload['clientId'] !== ctx.oidc.client?.clientId) return;
    if (consumedAt !== null && clock.now() - consumedAt < retryWindow) {
      // A retry or a race, not theft: it must not cost the winner its tokens.
      ctx.state['usedMomentAgo'] = true;
      throw new errors.InvalidGrant(`${model} was used a moment ago`);
    }
    const decided = payload['accountId'] !== undefined || payload['error'] !== undefined;
    const expired = Number(payload['exp']) * 1000 <= clock.now();
    if (model === 'DeviceCode' && !decided && !expired) await countPoll(id);
  };

  return (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => {
      const plain: JsonObject = JSON.parse(JSON.stringify(payload));
      const grace = model === 'DeviceCode' ? graceAfterExpiry : 0;
      await artifacts.upsert({
        model,
        id,
        payload: shifted(plain, ahead()),
        grantId: ofGrant.has(model) ? payload.grantId : undefined,
        userCode: payload.userCode,
        uid: model === 'Session' ? payload.uid : undefined,
        expiresAt: expiresIn === undefined ? undefined : clock.now() + expiresIn * 1000 + grace,
      });
    },
    find: async (id) => {
      if (model === 'Client') return findClient(id);
      const stored = await artifacts.find(model, id);
      if (!stored || (model === 'Grant' && !(await signInStands(id)))) return undefined;
      await guardRedemption(model, id, stored);
      return opened(stored);
    },
    findByUid: async (uid) => {
      const stored = await artifacts.findByUid(model, uid);
      return stored && opened(stored);
    },
    findByUserCode: async (userCode) => {
      const stored = await artifacts.findByUserCode(model, userCode);
      return stored && opened(stored);
    },
    consume: async (id) => {
      if (!(await artifacts.consume(model, id)))
        throw new errors.InvalidGrant(`${model} was used at the same time`);
    },
    destroy: async (id) => {
      await artifacts.destroy(model, id);
      if (model === 'Grant') await endSignIn(id);
    },
    revokeByGrantId: (grantId) => artifacts.revokeByGrantId(grantId),
  });
};
