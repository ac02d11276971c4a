/**
 * The simulated world: Adobe Pass, the TV providers and three identity providers, each on its own origin. This file
 * owns listening, the order of building and what survives a restart; the parties own how they behave. It refuses
 * every address but loopback, and imports nothing of the gateway that it stands against.
 */
import type { RequestListener } from 'node:http';
import { z } from 'zod';
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import type { Json, JsonObject } from '#src/lib/json';
import { type AdobePass, createAdobePass } from './adobe-pass/adobe-pass.ts';
import { createDirectAuthorization } from './adobe-pass/direct-authorization.ts';
import { createDirectLogin } from './adobe-pass/direct-login.ts';
import { createPartnerExchange } from './adobe-pass/partner-exchange.ts';
import { createSwitches, type SwitchSettings } from './adobe-pass/switches.ts';
import { adobeRoutes } from './control/adobe.ts';
import { createControl } from './control/control.ts';
import { createFaults } from './faults.ts';
import { defaultFixtures, type Fixtures } from './fixtures.ts';
import { createGate, createThrottleGate } from './gate.ts';
import { createDtc } from './identity/dtc.ts';
import { createFacebook } from './identity/facebook.ts';
import { createGoogle } from './identity/google.ts';
import { type Listening, listen } from './listen.ts';
import { createMvpd } from './mvpd/mvpd.ts';
import type { IdentityParty, Origins, Party, PartyContext, PartyName } from './party.ts';
import { createRecording } from './recording.ts';
import { createServiceTokens } from './service-tokens.ts';
import { createStateFile, readStateFile, unreadable } from './state-file.ts';
import { type ThrottlePolicy, throttlePolicyOf } from './throttle.ts';

export const defaultPorts: Readonly<Record<PartyName, number>> = {
  adobe: 9090,
  mvpd: 9091,
  dtc: 9092,
  google: 9093,
  facebook: 9094,
};

const partyNames = Object.keys(defaultPorts) as PartyName[];

export interface SimulatorOptions {
  readonly host?: '127.0.0.1';
  /** 0 takes any free port. */
  readonly ports?: Partial<Record<PartyName, number>>;
  /** Where the gateway is: its redirect URIs at the identity providers are `<origin>/callback/<provider>`. */
  readonly gatewayOrigin?: string;
  /** Where the world is kept over a restart; in memory alone unless given. */
  readonly stateFile?: string;
  readonly fixtures?: Fixtures;
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Adobe's throttle, whatever the switch says; null for none. */
  readonly throttle?: ThrottlePolicy | null;
  /** How to behave where Adobe's documentation is silent or contradicts itself. */
  readonly switches?: SwitchSettings;
}

export interface Simulator extends AsyncDisposable {
  readonly origins: Origins;
  readonly fixtures: Fixtures;
  /** Hands a public key (JWK or PEM) to Adobe; with an issuer it counts for that `iss` alone. */
  trustServiceTokenKey(key: JsonObject | string, issuer?: string): void;
  close(): Promise<void>;
}

type Parties = Readonly<{
  adobe: AdobePass;
  mvpd: ReturnType<typeof createMvpd>;
  dtc: IdentityParty;
  google: IdentityParty;
  facebook: IdentityParty;
}>;

const savedSchema = z.object({
  serviceTokenKeys: z.json(),
  parties: z.record(z.string(), z.json()),
});

const identityPartyOf = (parties: Parties | undefined, name: string): IdentityParty | undefined =>
  parties && [parties.dtc, parties.google, parties.facebook].find((party) => party.name === name);

/** All five origins at once: the parties must know each other's before any can be built. */
const listenAll = async (
  { host = '127.0.0.1', ports = {} }: SimulatorOptions,
  listenerOf: (name: PartyName) => RequestListener,
): Promise<{ origins: Origins; close(): Promise<void> }> => {
  const opened = new Map<PartyName, Listening>();
  const close = async (): Promise<void> => {
    await Promise.all([...opened.values()].map((listening) => listening.close()));
  };
  try {
    for (const name of partyNames) {
      const port = ports[name] ?? defaultPorts[name];
      opened.set(name, await listen(name, { host, port, listener: listenerOf(name) }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const originOf = (name: PartyName): string => opened.get(name)?.origin ?? '';
  const origins = {
    adobe: originOf('adobe'),
    mvpd: originOf('mvpd'),
    dtc: originOf('dtc'),
    google: originOf('google'),
    facebook: originOf('facebook'),
  };
  return { origins, close };
};

/** Puts the parties back where the file says they were. Error: store_invalid. */
const restoreFrom = async (
  file: string,
  parties: Parties,
  restoreKeys: (state: Json) => void,
): Promise<void> => {
  const saved = await readStateFile(file);
  if (saved === null) return;
  try {
    const world = savedSchema.parse(saved);
    restoreKeys(world.serviceTokenKeys);
    for (const party of Object.values(parties)) {
      const state = world.parties[party.name];
      if (state !== undefined && state !== null) party.restore(state);
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
};

/** Every party, each knowing where the others are; only Adobe Pass has a line of its own, to the TV providers. */
const buildParties = async (
  context: PartyContext,
  deps: Pick<Parameters<typeof createAdobePass>[1], 'serviceTokens' | 'switches' | 'alongside'>,
): Promise<Parties> => {
  const mvpd = createMvpd(context);
  const adobe = createAdobePass(context, {
    ...deps,
    logins: [createDirectLogin({ origins: context.origins, mvpds: mvpd })],
    authorization: createDirectAuthorization(mvpd),
    partnerExchange: createPartnerExchange(mvpd),
  });
  const [dtc, google, facebook] = await Promise.all([
    createDtc(context),
    createGoogle(context),
    createFacebook(context),
  ]);
  return { adobe, mvpd, dtc, google, facebook };
};

/** Starts everything; resolves when all origins answer. Errors: port_taken, store_invalid. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { fixtures = defaultFixtures, clock = systemClock, ids = systemIds, stateFile } = options;
  const recording = createRecording();
  const faults = createFaults();
  const switches = createSwitches(options.switches);
  const throttlePolicy = () =>
    options.throttle === undefined ? throttlePolicyOf(switches.now.throttle) : options.throttle;
  const throttleGate = createThrottleGate(throttlePolicy, clock);
  const serviceTokens = createServiceTokens({ clock, switches });

  let parties: Parties | undefined;
  const allParties = (): Party[] => Object.values(parties ?? {});
  const file =
    stateFile === undefined
      ? null
      : createStateFile(stateFile, () => ({
          serviceTokenKeys: serviceTokens.snapshot(),
          parties: Object.fromEntries(allParties().map((party) => [party.name, party.snapshot()])),
        }));
  // Nothing is written while the parties are still being built: the file holds what they are to be restored from.
  const changed = (): void => {
    if (parties) file?.changed();
  };

  const trustServiceTokenKey = (key: JsonObject | string, issuer?: string): void => {
    serviceTokens.trust(key, issuer ?? null);
    changed();
  };
  const control = createControl({
    ...{ recording, faults, fixtures, trustServiceTokenKey },
    identityParty: (name) => identityPartyOf(parties, name),
    mediaTokenKey: async () => (await parties?.adobe.mediaTokenKey()) ?? '',
    more: adobeRoutes({ fixtures, switches, adobe: () => parties?.adobe, mvpd: () => parties?.mvpd }),
    reset: () => {
      for (const part of [recording, faults]) part.clear();
      for (const part of [throttleGate, switches, ...allParties()]) part.reset();
    },
  });

  const { origins, close: closeListeners } = await listenAll(options, (name) =>
    createGate({ party: () => parties?.[name], recording, faults, throttleGate, serviceTokens, clock }),
  );
  try {
    const gatewayOrigin = options.gatewayOrigin ?? 'http://localhost:8080';
    const built = await buildParties(
      { origins, fixtures, clock, ids, changed, gatewayOrigin },
      { serviceTokens, switches, alongside: control },
    );
    if (stateFile !== undefined) await restoreFrom(stateFile, built, serviceTokens.restore);
    parties = built;
  } catch (error) {
    await closeListeners();
    throw error;
  }
  changed();

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeListeners().then(() => file?.flush());
    return closing;
  };
  return { origins, fixtures, trustServiceTokenKey, close, [Symbol.asyncDispose]: close };
};
