import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { constantTimeEqual } from '#src/lib/constant-time-equal';
import { fingerprint, type Ids } from '#src/lib/ids';
import type { ArtifactStep } from '#src/stores/expiring-ports';
import type { Instance, InstanceStore, SignIn, SignInStore } from '#src/stores/ports';
import { createBindDevice } from './bind-device.ts';

interface Deps {
  readonly store: InstanceStore;
  readonly signIns: SignInStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A sign-in whose grant has not been redeemed by then is over. */
const firstTokenWithin = 86_400_000;

export interface RegisteredInstance {
  readonly id: string;
  /** Returned once; only its hash is stored. */
  readonly secret: string;
  readonly createdAt: number;
}

export interface Registration {
  readonly app: AppConfig;
  readonly statementHash: string;
  readonly redirectUri: string | null;
}

type Registered = Omit<Registration, 'app'> & { readonly secretHash: string };

export interface NewSignIn {
  readonly app: AppConfig;
  readonly family: FamilyConfig;
  /** The OAuth client: the app itself, or a registered instance of it. */
  readonly clientId: string;
  readonly viewer: string;
  readonly grant: string;
  /** The identity provider that proved who the viewer is, and when. */
  readonly provider: string;
  readonly provenAt: number;
  /** What else is stored with it. */
  readonly changes: readonly ArtifactStep[];
}

export const createInstances = ({ store, signIns, clock, ids }: Deps) => {
  const fresh = (app: string, registered: Registered | undefined): Instance => {
    const now = clock.now();
    return {
      id: ids.uuid(),
      app,
      origin: registered ? 'registered' : 'signed-in',
      secretHash: registered?.secretHash ?? null,
      statementHash: registered?.statementHash ?? null,
      redirectUri: registered?.redirectUri ?? null,
      device: null,
      firstViewer: null,
      createdAt: now,
      seenAt: now,
    };
  };

  return {
    /** A new installation with a software statement of its app. Nothing is registered at Adobe yet. */
    register: async ({ app, statementHash, redirectUri }: Registration): Promise<RegisteredInstance> => {
      const secret = ids.secret();
      const instance = fresh(app.id, { secretHash: fingerprint(secret), statementHash, redirectUri });
      await store.add(instance);
      return { id: instance.id, secret, createdAt: instance.createdAt };
    },

    find: (id: string): Promise<Instance | undefined> => store.find(id),

    /** The registered instance with this secret. */
    authenticate: async (id: string, secret: string): Promise<Instance | undefined> => {
      const instance = await store.find(id);
      if (!instance?.secretHash) return undefined;
      return constantTimeEqual(fingerprint(secret), instance.secretHash) ? instance : undefined;
    },

    /** The instance is in use: it is not removed for a while. */
    seen: (id: string): Promise<void> => store.seen(id, clock.now()),

    /**
     * Records a viewer's sign-in on the registered instance that requested it, or on a new one. The first viewer of an
     * instance takes over the credentials that it used anonymously. `ended`: the account's sessions have ended since it
     * was proven; `late`: another request was faster. Then nothing is recorded.
     */
    signIn: async ({
      app,
      family,
      clientId,
      changes,
      ...proven
    }: NewSignIn): Promise<'opened' | 'ended' | 'late'> => {
      const registered = clientId === app.id ? undefined : await store.find(clientId);
      const instance = registered ?? fresh(app.id, undefined);
      const now = clock.now();
      const signIn: SignIn = {
        ...proven,
        app: app.id,
        family: family.id,
        instance: instance.id,
        createdAt: now,
        idleAt: now + firstTokenWithin,
      };
      const adopts = family.profilesPer === 'viewer';
      return signIns.open({ signIn, ...(!registered && { instance }), adopts, changes }, now);
    },

    findSignIn: (grant: string): Promise<SignIn | undefined> => signIns.find(grant),

    endSignIn: (grant: string): Promise<void> => signIns.end(grant, clock.now()),

    bindDevice: createBindDevice({ store }),
  };
};

export type Instances = ReturnType<typeof createInstances>;
