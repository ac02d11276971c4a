/**
 * The simulated world: Adobe Pass, the TV providers and the identity providers, each on its own origin. This file
 * owns the order of building and what one world is made of; the parties own how they behave. It refuses every
 * address but loopback, and imports nothing of the gateway that it stands against.
 */

import type { SwitchSettings } from '#src/adobe-pass/switches';
import { adobeRoutes } from '#src/control/adobe';
import { authorizationRoutes } from '#src/control/authorizations';
import { type Control, createControl } from '#src/control/control';
import { identityRoutes } from '#src/control/identities';
import { mvpdRoutes } from '#src/control/mvpds';
import { controlRoutes } from '#src/control/routes';
import { asSiteRoute } from '#src/control/serve';
import type { Fixtures } from '#src/fixtures';
import { createGate } from '#src/gate';
import { createGround, fixturesFor, type Ground } from '#src/ground';
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { listenAll, type Ports } from '#src/listen';
import { buildParties, type Parties } from '#src/parties';
import type { Origins } from '#src/party';
import type { ThrottlePolicy } from '#src/throttle';
import type { WorldInput } from '#src/world-file/schema';
import { worldPageRoutes } from '#src/world-page/routes';
import type { ViewDeps } from '#src/world-page/view';

export interface SimulatorOptions {
  readonly host?: '127.0.0.1';
  /** One for each party, or the first of a row of them; 0 takes any free one. */
  readonly ports?: Ports;
  /** Where the gateway is: its redirect URIs at the identity providers are `<origin>/callback/<provider>`. */
  readonly gatewayOrigin?: string;
  /** Where the world is kept over a restart; in memory alone unless given. */
  readonly stateFile?: string;
  /** The world, or the YAML or JSON file that describes it; Adobe's samples unless given. */
  readonly world?: WorldInput | string;
  /** The world as its parties need it; goes before `world`. */
  readonly fixtures?: Fixtures;
  /** The machine's time; the world may travel ahead of it. */
  readonly clock?: Clock;
  /** Makes ids, codes and tokens come in the same order in every run; RSA keys and the DTC's own codes stay random. */
  readonly seed?: string;
  readonly ids?: Ids;
  /** Adobe's throttle, whatever the switch says; null for none. */
  readonly throttle?: ThrottlePolicy | null;
  /** How to behave where Adobe's documentation is silent or contradicts itself. */
  readonly switches?: SwitchSettings;
}

export interface Simulator extends AsyncDisposable {
  readonly origins: Origins;
  readonly fixtures: Fixtures;
  readonly control: Control;
  /** As `control` has it. */
  trustServiceTokenKey(key: JsonObject | string, issuer?: string): void;
  close(): Promise<void>;
}

const createWorldControl = (
  ground: Ground,
  parties: () => Parties | undefined,
  changed: () => void,
): Control => {
  const { recording, faults, scenarios, throttleGate, serviceTokens, clock } = ground;
  return createControl({
    ...ground,
    ...ground.partial,
    travelled: changed,
    trustServiceTokenKey: (key, issuer) => {
      serviceTokens.trust(key, issuer ?? null);
      changed();
    },
    mediaTokenKey: async () => (await parties()?.adobe.mediaTokenKey()) ?? '',
    reset: () => {
      scenarios.stopAll();
      clock.set(0);
      for (const part of [recording, faults]) part.clear();
      for (const part of [throttleGate, ground.switches, ...ground.all()]) part.reset();
    },
  });
};

const identityNames = ['dtc', 'google', 'facebook', 'apple'] as const;

/** What people see who look at the world, once there is one. */
const viewOf = (
  { fixtures }: Ground,
  { control, origins, parties }: { control: Control; origins: Origins; parties: Parties | undefined },
): ViewDeps | null =>
  parties
    ? {
        control,
        fixtures,
        origins,
        adobe: parties.adobe.inside,
        mvpdSessions: () => parties.mvpd.control.sessions(),
        identitySessions: async () =>
          Object.fromEntries(
            await Promise.all(identityNames.map(async (name) => [name, await parties[name].sessions()])),
          ),
      }
    : null;

/** Starts everything; resolves when all origins answer. Errors: config_invalid, port_taken, store_invalid. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  let parties: Parties | undefined;
  const fixtures = await fixturesFor(options);
  const ground = createGround(options, fixtures, () => parties);
  const { clock, ids, kept, pulse, serviceTokens } = ground;
  let ready = false;
  // Nothing is written while the parties are still being built: the file holds what they are to be restored from.
  const changed = (): void => {
    pulse.beat();
    if (ready) kept.changed();
  };
  const control = createWorldControl(ground, () => parties, changed);
  const { switches } = ground;
  const ofParties = [
    ...adobeRoutes({
      fixtures,
      switches,
      adobe: () => parties?.adobe,
      framework: async (order) => (await parties?.mvpd.framework(order)) ?? null,
    }),
    ...identityRoutes({ fixtures, party: ground.identityParty }),
    ...mvpdRoutes({ fixtures, mvpds: () => parties?.mvpd.control }),
    ...authorizationRoutes({
      fixtures,
      clock,
      mvpds: () => parties?.mvpd.control,
      transactions: () => parties?.adobe.inside.authorization.transactions() ?? [],
      mediaTokenKey: control.mediaTokenKey,
    }),
  ];
  const { origins, close: closeListeners } = await listenAll(options, (name) =>
    createGate({ ...ground, party: () => (ready ? parties?.[name] : undefined) }),
  );
  const page = worldPageRoutes({
    control,
    pulse,
    clock: options.clock ?? systemClock,
    ids: systemIds,
    signOut: (mvpd, userId) => parties?.mvpd.control.endSessions(mvpd, userId),
    view: () => viewOf(ground, { control, origins, parties }),
  });
  try {
    const gatewayOrigin = options.gatewayOrigin ?? 'http://localhost:8080';
    parties = await buildParties(
      { origins, fixtures, clock, ids, changed, gatewayOrigin },
      {
        serviceTokens,
        switches: ground.switches,
        alongside: [...controlRoutes(control, ofParties).map(asSiteRoute), ...page],
      },
    );
    await kept.restore();
  } catch (error) {
    await closeListeners();
    throw error;
  }
  ready = true;
  changed();

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ground.scenarios.stopAll();
    closing ??= closeListeners().then(() => kept.flush());
    return closing;
  };
  const { trustServiceTokenKey } = control;
  return { origins, fixtures, control, trustServiceTokenKey, close, [Symbol.asyncDispose]: close };
};
