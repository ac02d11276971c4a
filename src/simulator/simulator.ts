/**
 * The simulated world: Adobe Pass, the TV providers and three identity providers, each on its own origin. This file
 * owns listening, the order of building and what survives a restart; the parties own how they behave. It refuses
 * every address but loopback, and imports nothing of the gateway that it stands against.
 */
import { z } from 'zod';
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import type { Json, JsonObject } from '#src/lib/json';
import { type AdobePass, createAdobePass } from './adobe-pass/adobe-pass.ts';
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
import { adobeThrottle, type ThrottlePolicy } from './throttle.ts';

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
  /** Adobe's throttle; null for none. */
  readonly throttle?: ThrottlePolicy | null;
  /** What Adobe does with a service token that does not hold; its documentation does not say. */
  readonly serviceTokenFault?: 'ignore' | 'reject';
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
  mvpd: Party;
  dtc: IdentityParty;
  google: IdentityParty;
  facebook: IdentityParty;
}>;

const savedSchema = z.object({
  serviceTokenKeys: z.json(),
  parties: z.record(z.string(), z.json()),
});

const listenAll = async (
  { host = '127.0.0.1', ports = {} }: SimulatorOptions,
  listenerOf: (name: PartyName) => Parameters<typeof listen>[1]['listener'],
): Promise<Listening[]> => {
  const opened: Listening[] = [];
  try {
    for (const name of partyNames)
      opened.push(
        await listen(name, { host, port: ports[name] ?? defaultPorts[name], listener: listenerOf(name) }),
      );
    return opened;
  } catch (error) {
    await Promise.all(opened.map((listening) => listening.close()));
    throw error;
  }
};

/** Starts everything; resolves when all origins answer. Errors: port_taken, store_invalid. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { fixtures = defaultFixtures, clock = systemClock, ids = systemIds, stateFile } = options;
  const recording = createRecording();
  const faults = createFaults();
  const throttleGate = createThrottleGate(
    options.throttle === undefined ? adobeThrottle : options.throttle,
    clock,
  );
  const serviceTokens = createServiceTokens({ clock });
  let parties: Parties | undefined;

  const snapshot = (): Json => ({
    serviceTokenKeys: serviceTokens.snapshot(),
    parties: Object.fromEntries(
      Object.values(parties ?? {}).map((party): [string, Json] => [party.name, party.snapshot()]),
    ),
  });
  const file = stateFile === undefined ? null : createStateFile(stateFile, snapshot);
  const changed = (): void => file?.changed();

  const trustServiceTokenKey = (key: JsonObject | string, issuer?: string): void => {
    serviceTokens.trust(key, issuer ?? null);
    changed();
  };
  const reset = (): void => {
    recording.clear();
    faults.clear();
    throttleGate.reset();
    for (const party of Object.values(parties ?? {})) party.reset();
  };

  const listening = await listenAll(options, (name) =>
    createGate({ party: () => parties?.[name], recording, faults, throttleGate, serviceTokens, clock }),
  );
  const closeAll = async (): Promise<void> => {
    await Promise.all(listening.map((open) => open.close()));
  };

  try {
    const origins = Object.fromEntries(partyNames.map((name, i) => [name, listening[i]?.origin])) as Origins;
    const context: PartyContext = {
      ...{ origins, fixtures, clock, ids, changed },
      gatewayOrigin: options.gatewayOrigin ?? 'http://localhost:8080',
    };
    const control = createControl({
      ...{ recording, faults, fixtures, trustServiceTokenKey, reset },
      identityParty: (name) => [built.dtc, built.google, built.facebook].find((party) => party.name === name),
      mediaTokenKey: () => built.adobe.mediaTokenKey(),
    });
    const mvpd = createMvpd(context);
    const built: Parties = {
      adobe: await createAdobePass(context, {
        ...{ mvpds: mvpd, serviceTokens, alongside: control },
        serviceTokenFault: options.serviceTokenFault ?? 'ignore',
      }),
      mvpd,
      dtc: await createDtc(context),
      google: await createGoogle(context),
      facebook: await createFacebook(context),
    };
    if (stateFile !== undefined) await restoreFrom(stateFile, built, serviceTokens.restore);
    parties = built;

    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => {
      closing ??= closeAll().then(() => file?.flush());
      return closing;
    };
    return { origins, fixtures, trustServiceTokenKey, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await closeAll();
    throw error;
  }
};

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
