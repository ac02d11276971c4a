import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { AppConfig } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Device } from '#src/lib/device';
import { fail, hasCode } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { compositeKey, createSingleFlight } from '#src/lib/single-flight';
import type { CredentialPair, CredentialStore, RecordStore } from '#src/stores/ports';
import { createOnceAmongNodes } from './once-among-nodes.ts';

interface Deps {
  readonly store: CredentialStore;
  readonly records: Pick<RecordStore, 'update'>;
  readonly adobe: Pick<AdobePass, 'register'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface Holder {
  readonly app: AppConfig;
  readonly instance: string;
  /** The viewer's account, or '' for the device itself. */
  readonly holder: string;
  readonly device: Device;
}

/**
 * Adobe client credentials, one pair for each (instance, holder): made at the first call that needs one, once,
 * kept for ever, and made anew only when Adobe says `invalid_client`. Re-registering loses every profile, so
 * nothing else leads to it.
 */
export const createCredentials = ({ store, records, adobe, clock, ids }: Deps) => {
  const flights = createSingleFlight<CredentialPair>();
  const onceAmongNodes = createOnceAmongNodes({ records, clock, ids });

  // Not tied to the caller's signal: a viewer who goes away must not lose a pair that Adobe already made.
  const register = async ({ app, instance, holder, device }: Holder): Promise<CredentialPair> => {
    const { id, secret } = await adobe.register({ softwareStatement: app.softwareStatement, device });
    return { id, secret, instance, holder, createdAt: clock.now() };
  };

  /** One registration however many ask, here and on other nodes; a rival's pair is taken instead of a second. */
  const once = (
    of: Holder,
    settled: () => Promise<CredentialPair | undefined>,
    make: () => Promise<CredentialPair>,
  ) => {
    const name = compositeKey('credentials', of.instance, of.holder);
    return flights(name, () => onceAmongNodes(name, settled, make));
  };

  const current = async (of: Holder): Promise<CredentialPair> => {
    const find = () => store.find({ instance: of.instance, holder: of.holder });
    return (await find()) ?? once(of, find, async () => store.add(await register(of)));
  };

  const renewed = (of: Holder, refused: CredentialPair): Promise<CredentialPair> => {
    const successor = async () => {
      const pair = await store.find({ instance: of.instance, holder: of.holder });
      return pair?.id === refused.id ? undefined : pair;
    };
    return once(of, successor, async () => store.replace(refused.id, await register(of)));
  };

  return {
    /** Runs a call with the holder's pair; when Adobe no longer knows it, once more with a new one. */
    use: async <T>(of: Holder, run: (pair: CredentialPair) => Promise<T>): Promise<T> => {
      const pair = await current(of);
      try {
        return await run(pair);
      } catch (error) {
        if (!hasCode(error, 'gateway_adobe_client_invalid')) throw error;
        return run(await renewed(of, pair));
      }
    },

    /** The very pair that a code was created with. Errors: gateway_code_unknown when it was replaced since. */
    byId: async (id: string): Promise<CredentialPair> => {
      const pair = await store.byId(id);
      if (!pair) throw fail('gateway_code_unknown', { field: 'code' });
      return pair;
    },
  };
};

export type Credentials = ReturnType<typeof createCredentials>;
