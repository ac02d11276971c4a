import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import { environmentOf } from '#src/adobe-pass/environment';
import type { AppConfig } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Device } from '#src/lib/device';
import { fail, hasCode } from '#src/lib/errors';
import { compositeKey, createSingleFlight } from '#src/lib/single-flight';
import type { DistributedLock } from '#src/stores/expiring-ports';
import type { CredentialPair, CredentialStore, Instance } from '#src/stores/ports';
import { statementOf } from './statement-of.ts';

interface Deps {
  readonly store: CredentialStore;
  readonly lock: DistributedLock;
  readonly adobe: Pick<AdobePass, 'register'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Holder {
  readonly app: AppConfig;
  readonly instance: Pick<Instance, 'id' | 'device' | 'statementHash' | 'redirectUri'>;
  /** Pairs on the instance that were read already. */
  readonly known?: readonly CredentialPair[];
  /** The account that holds the pair; null for the device itself. */
  readonly viewer: string | null;
  readonly device: Device;
}

/** Milliseconds: longer than two registrations, each of a node of its own, may take. */
const maxWait = 120_000;

const createFindPair = ({ store, clock }: Pick<Deps, 'store' | 'clock'>) => {
  const find = ({ instance, viewer }: Holder): Promise<CredentialPair | undefined> =>
    store.find({ instance: instance.id, holder: holderKey(viewer) });

  /**
   * The viewer's pair, also if it is on another instance of the app on this device: from an earlier sign-in, or a second
   * installation. It follows whoever uses it, so that it is neither lost nor made twice.
   */
  const findOrBring = async (holder: Holder): Promise<CredentialPair | undefined> => {
    const found = await find(holder);
    const { app, instance, viewer } = holder;
    if (found || viewer === null || instance.device === null) return found;
    return store.bring({
      app: app.id,
      device: instance.device,
      viewer,
      to: instance.id,
      now: clock.now(),
    });
  };

  return { find, findOrBring };
};

/**
 * Adobe client credentials, one pair for each (instance, holder): registered at the first call that needs one, once,
 * kept for ever, and replaced only when Adobe says `invalid_client` or the app has moved to another environment. A new
 * registration loses every profile, so nothing else leads to it.
 */
export const createCredentials = ({ store, lock, adobe, clock }: Deps) => {
  const flights = createSingleFlight<CredentialPair>();

  const { find, findOrBring } = createFindPair({ store, clock });

  // Not tied to the caller's signal: a viewer who goes away must not lose a pair that Adobe has made already.
  const register = async ({ app, instance, viewer, device }: Holder): Promise<CredentialPair> => {
    const { id, secret } = await adobe.register({
      environment: app.environment,
      softwareStatement: statementOf(app, instance.statementHash),
      redirectUri: instance.redirectUri ?? undefined,
      device,
    });
    return { id, secret, instance: instance.id, holder: holderKey(viewer), createdAt: clock.now() };
  };

  /** One registration however many ask, here and on other nodes; a rival's pair is taken instead of a second. */
  const registerOnce = (
    holder: Holder,
    existing: () => Promise<CredentialPair | undefined>,
    work: () => Promise<CredentialPair>,
  ): Promise<CredentialPair> => {
    const name = compositeKey('credentials', holder.instance.id, holderKey(holder.viewer));
    const timedOut = () =>
      fail('gateway_unavailable', { retryAfter: 1, detail: 'another node is registering the credentials' });
    return flights(name, () => lock({ name, maxWait, existing, work, timedOut }));
  };

  const renewed = (holder: Holder, rejected: CredentialPair): Promise<CredentialPair> => {
    const successor = async () => {
      const pair = await findOrBring(holder);
      return pair?.id === rejected.id ? undefined : pair;
    };
    return registerOnce(holder, successor, async () => store.replace(rejected.id, await register(holder)));
  };

  const current = async (holder: Holder): Promise<CredentialPair> => {
    const pair =
      knownPair(holder) ??
      (await find(holder)) ??
      (await registerOnce(
        holder,
        () => findOrBring(holder),
        async () => store.add(await register(holder)),
      ));
    // The app has moved to another environment, which knows nothing of the pair.
    return environmentOf(pair.id) === holder.app.environment ? pair : renewed(holder, pair);
  };

  return {
    /** Runs a call with the holder's pair; if Adobe no longer knows it, once more with a new one. */
    use: async <T>(holder: Holder, run: (pair: CredentialPair) => Promise<T>): Promise<T> => {
      const pair = await current(holder);
      try {
        return await run(pair);
      } catch (error) {
        if (!hasCode(error, 'gateway_adobe_client_invalid')) throw error;
        return run(await renewed(holder, pair));
      }
    },

    /** The pair that a code was created with. Errors: invalid_authentication_session if it has been replaced since. */
    byId: async (id: string): Promise<CredentialPair> => {
      const pair = await store.byId(id);
      if (!pair) throw fail('invalid_authentication_session', { field: 'code' });
      return pair;
    },
  };
};

export type Credentials = ReturnType<typeof createCredentials>;

const knownPair = ({ known, viewer }: Holder): CredentialPair | undefined =>
  known?.find((pair) => pair.holder === holderKey(viewer));

/** How stores spell a holder: the device is the empty text. */
export const holderKey = (viewer: string | null): string => viewer ?? '';
