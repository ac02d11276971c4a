/**
 * The composition root: everything is built here, once, and handed what it needs. It owns the wiring. It refuses to
 * listen, to read the environment and to decide.
 */
import type Koa from 'koa';
import type { Config } from '#src/config/schema';
import { createForgetServiceTokens } from '#src/flows/forget-service-tokens';
import type { KeyRing } from '#src/service-token/ports';
import { composeAdmin } from './gateway/admin.ts';
import { createDirectory } from './gateway/directory.ts';
import { createExternalTokens } from './gateway/external-tokens.ts';
import { openFamilies } from './gateway/families.ts';
import {
  adobeOf,
  type Foundations,
  isSame,
  type Overrides,
  openFoundations,
  type Predecessor,
} from './gateway/foundations.ts';
import { composePublic } from './gateway/public.ts';

export type { Overrides } from './gateway/foundations.ts';

export interface Gateway {
  /** The public listener's application. */
  readonly app: Koa;
  /** The operators' application. */
  readonly admin: Koa;
  /** What readiness tells operators beside its checks, by name; settings that could not be taken over, for one. */
  readonly notices: Map<string, object>;
  /** The keys of service tokens: what signs, and what Adobe is handed. */
  readonly keyRing: KeyRing;
  /**
   * The gateway with other settings, on the same stores, keys, log and metrics; this one serves on until it is retired.
   * Listeners, store, keys directory and log stay as they were opened. Errors: as `createGateway`.
   */
  recompose(config: Config): Promise<Gateway>;
  /** Lets go of what its successor does not use. Call it when nothing runs here any more. */
  retire(): void;
  /** Ends the gateway and what it shares with its predecessors. */
  close(): Promise<void>;
}

/** Errors: config_invalid, keys_invalid, store_invalid, subjects_changed. */
export const createGateway = async (config: Config, overrides: Overrides = {}): Promise<Gateway> => {
  const foundations = await openFoundations(config, overrides);
  return compose(config, foundations).catch(async (error: unknown) => {
    foundations.keyRing.close();
    if (!overrides.stores) await foundations.stores.close();
    throw error;
  });
};

const compose = async (config: Config, on: Foundations, predecessor?: Predecessor): Promise<Gateway> => {
  const { log, keyRing, stores } = on;
  const adobe = adobeOf(config, on, predecessor);
  const directory = createDirectory(config);
  const families = await openFamilies({ config, on, adobe });
  const externalTokens = await createExternalTokens(config, on);
  const forgetServiceTokens = createForgetServiceTokens({ ...families, ...directory, ...on });
  const ground = { config, on, adobe, families, directory, externalTokens, forgetServiceTokens };
  if (config.insecureHttp)
    log.warn({ setting: 'insecureHttp' }, 'plain http is allowed: for development only');
  let adobeServesOn = false;
  return {
    app: await composePublic(ground),
    admin: composeAdmin(ground),
    notices: on.notices,
    keyRing,
    recompose: async (next) => {
      const successor = await compose(next, on, { settings: config.adobe, adobe });
      adobeServesOn = isSame(next.adobe, config.adobe);
      return successor;
    },
    retire: () => {
      if (!adobeServesOn) adobe.close();
    },
    close: async () => {
      keyRing.close();
      adobe.close();
      await stores.close();
    },
  };
};
