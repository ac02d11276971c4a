import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { JudgeSignIn } from '#src/flows/check-sign-in';
import type { Clock } from '#src/lib/clock';
import { type JsonObject, textMember } from '#src/lib/json';
import type { Artifact, ArtifactStore, StoredArtifact } from '#src/stores/expiring-ports';
import { factsOf, type RequestFacts } from '../request-facts.ts';
import { admitGrant } from './admit-grant.ts';
import type { Redemptions } from './admit-redemption.ts';
import { createClockShift } from './clock-shift.ts';
import type { FindIssue } from './find-issue.ts';

interface Deps {
  readonly artifacts: ArtifactStore;
  readonly redemptions: Redemptions;
  readonly clock: Pick<Clock, 'now'>;
  findClient(clientId: string): Promise<AdapterPayload | undefined>;
  /** Whether the sign-in of a Grant stands; otherwise the Grant is not found. */
  readonly judgeSignIn: JudgeSignIn;
  readonly findIssue: FindIssue;
  endSignIn(grant: string): Promise<void>;
}

/** Models that are revoked with their Grant. */
const modelsOfGrant = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);

/** Where what they were issued for is looked up next. */
const redeemingRoutes = new Set(['token', 'userinfo']);

/** For this long a late device is told `expired_token`, not that its code is unknown. */
const graceAfterExpiry = 600_000;

/** oidc-provider's adapter over the artifact store. What a token request writes is left to its unit of work. */
export const createPersistence = (deps: Deps) => {
  const { artifacts, redemptions, clock, findClient, endSignIn } = deps;
  const { find, findGrant } = createLookUps(deps);
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
      const stored = await (model === 'Grant' ? findGrant(id) : find(model, id));
      if (stored) await redemptions.admit(model, id, stored);
      else await redemptions.refuseSpent(model, id);
      return stored && payloadOf(stored);
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

/** Looks things up by their id: whatever has to do with a grant together with that. */
const createLookUps = ({ artifacts, clock, judgeSignIn, findIssue }: Deps) => {
  const currentFacts = (): RequestFacts => (Provider.ctx ? factsOf(Provider.ctx) : {});
  return {
    find: async (model: string, id: string): Promise<StoredArtifact | undefined> => {
      const isBrought = modelsOfGrant.has(model) && redeemingRoutes.has(Provider.ctx?.oidc.route ?? '');
      if (isBrought) return (await findIssue(currentFacts(), { model, id }))?.artifact;
      return artifacts.find(model, id, clock.now());
    },
    findGrant: async (id: string): Promise<StoredArtifact | undefined> => {
      const facts = currentFacts();
      const brought = facts.issue?.found;
      const isOfGrant = brought && textMember(brought.artifact.payload, 'grantId') === id;
      const issue = isOfGrant ? brought : await findIssue(facts, { model: 'Grant', id });
      if (!issue?.grant) return undefined;
      return admitGrant(await judgeSignIn(issue.signIn)) ? issue.grant : undefined;
    },
  };
};
