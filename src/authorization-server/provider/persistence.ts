import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { ArtifactStore, StoredArtifact } from '#src/stores/expiring-ports';
import { createClockShift } from './clock-shift.ts';

interface Deps {
  readonly artifacts: ArtifactStore;
  readonly clock: Pick<Clock, 'now'>;
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  /** Called with every artifact that is looked up by id: false hides it, an error rejects the lookup. */
  admit(model: string, id: string, stored: StoredArtifact): Promise<boolean>;
  destroyed(model: string, id: string): Promise<void>;
}

/** Models that are revoked with their Grant. */
const modelsOfGrant = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** For this long a late device is told `expired_token`, not that its code is unknown. */
const graceAfterExpiry = 600_000;

/** oidc-provider's adapter over the artifact store; one-time use by compare-and-set. */
export const createPersistence = ({ artifacts, clock, findClient, admit, destroyed }: Deps) => {
  const { toStored, fromStored } = createClockShift(clock);

  const payloadOf = ({ payload, consumedAt }: StoredArtifact): AdapterPayload => {
    // A code that was entered stays open until it is decided: a viewer who closed the page may scan it again.
    const { inFlight: _, ...rest } = fromStored(payload);
    return consumedAt === null ? rest : { ...rest, consumed: Math.floor(consumedAt / 1000) };
  };

  return (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => {
      const plain: JsonObject = JSON.parse(JSON.stringify(payload));
      const grace = model === 'DeviceCode' ? graceAfterExpiry : 0;
      const now = clock.now();
      const artifact = {
        model,
        id,
        payload: toStored(plain),
        grantId: modelsOfGrant.has(model) ? payload.grantId : undefined,
        userCode: payload.userCode,
        uid: model === 'Session' ? payload.uid : undefined,
        expiresAt: expiresIn === undefined ? undefined : now + expiresIn * 1000 + grace,
      };
      await artifacts.upsert(artifact, now);
    },
    find: async (id) => {
      if (model === 'Client') return findClient(id);
      const stored = await artifacts.find(model, id, clock.now());
      return stored && (await admit(model, id, stored)) ? payloadOf(stored) : undefined;
    },
    findByUid: async (uid) => {
      const stored = await artifacts.findByUid(model, uid, clock.now());
      return stored && payloadOf(stored);
    },
    findByUserCode: async (userCode) => {
      const stored = await artifacts.findByUserCode(model, userCode, clock.now());
      return stored && payloadOf(stored);
    },
    consume: async (id) => {
      if (!(await artifacts.consume(model, id, clock.now())))
        throw new errors.InvalidGrant(`${model} was used at the same time`);
    },
    destroy: async (id) => {
      await artifacts.destroy(model, id);
      await destroyed(model, id);
    },
    revokeByGrantId: (grantId) => artifacts.revokeByGrantId(grantId),
  });
};
