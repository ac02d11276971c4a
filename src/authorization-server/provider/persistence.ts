import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { CheckSignIn } from '#src/flows/check-sign-in';
import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Artifact, ArtifactStore, StoredArtifact } from '#src/stores/expiring-ports';
import { admitGrant } from './admit-grant.ts';
import type { Redemptions } from './admit-redemption.ts';
import { createClockShift } from './clock-shift.ts';

interface Deps {
  readonly artifacts: ArtifactStore;
  readonly redemptions: Redemptions;
  readonly clock: Pick<Clock, 'now'>;
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  /** Whether the sign-in of a Grant stands; otherwise the Grant is not found. */
  readonly checkSignIn: CheckSignIn;
  endSignIn(grant: string): Promise<void>;
}

/** Models that are revoked with their Grant. */
const modelsOfGrant = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** For this long a late device is told `expired_token`, not that its code is unknown. */
const graceAfterExpiry = 600_000;

/** oidc-provider's adapter over the artifact store. What a token request writes is left to its unit of work. */
export const createPersistence = (deps: Deps) => {
  const { artifacts, redemptions, clock, findClient, checkSignIn, endSignIn } = deps;
  const { toStored, fromStored } = createClockShift(clock);

  const payloadOf = ({ payload, consumedAt }: StoredArtifact): AdapterPayload => {
    // A code that was entered stays open until it is decided: a viewer who closed the page may scan it again.
    const { inFlight: _, ...rest } = fromStored(payload);
    return consumedAt === null ? rest : { ...rest, consumed: Math.floor(consumedAt / 1000) };
  };
  const artifactOf = (
    model: string,
    id: string,
    payload: AdapterPayload,
    expiresIn: number | undefined,
  ): Artifact => {
    const plain: JsonObject = JSON.parse(JSON.stringify(payload));
    const grace = model === 'DeviceCode' ? graceAfterExpiry : 0;
    return {
      model,
      id,
      payload: toStored(plain),
      grantId: modelsOfGrant.has(model) ? payload.grantId : undefined,
      userCode: payload.userCode,
      uid: model === 'Session' ? payload.uid : undefined,
      expiresAt: expiresIn === undefined ? undefined : clock.now() + expiresIn * 1000 + grace,
    };
  };

  return (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => {
      const artifact = artifactOf(model, id, payload, expiresIn);
      if (!redemptions.collect(artifact)) await artifacts.upsert(artifact, clock.now());
    },
    find: async (id) => {
      if (model === 'Client') return findClient(id);
      const stored = await artifacts.find(model, id, clock.now());
      if (stored) await redemptions.admit(model, id, stored);
      else await redemptions.refuseSpent(model, id);
      if (!stored || (model === 'Grant' && !admitGrant(await checkSignIn(id)))) return undefined;
      return payloadOf(stored);
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
      if (redemptions.consume(model, id)) return;
      if (!(await artifacts.consume(model, id, clock.now())))
        throw new errors.InvalidGrant(`${model} was used at the same time`);
    },
    destroy: async (id) => {
      await artifacts.destroy(model, id, clock.now());
      if (model === 'Grant') await endSignIn(id);
    },
    revokeByGrantId: (grantId) => artifacts.revokeByGrantId(grantId, clock.now()),
  });
};
