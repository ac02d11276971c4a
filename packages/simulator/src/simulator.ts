/**
 * The simulated world: Adobe Pass, the TV providers and the identity providers, each on its own origin. This file owns
 * the order in which a world is built; the parties own how they behave. It must not listen on anything but loopback,
 * and the package imports nothing of the gateway that it is used to test.
 */
import { createChangeFeed } from '#src/change-feed';
import type { Control } from '#src/control/control';
import { createWorldControl } from '#src/control/world-control';
import { createPartyFaults } from '#src/faults/party-faults';
import type { Fixtures } from '#src/fixtures';
import { createFrontPages } from '#src/front-page/front-pages';
import { createGate } from '#src/gate';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { type Listeners, listenAll } from '#src/listen';
import { createObserver } from '#src/observer';
import { resolveFixtures, type SimulatorOptions } from '#src/options';
import { allParties, buildParties, findIdentityParty, type Parties } from '#src/parties';
import type { Origins } from '#src/party';
import { createServices, type Services } from '#src/services';
import { createWorldState } from '#src/world-state';

export interface Simulator extends AsyncDisposable {
  readonly origins: Origins;
  readonly fixtures: Fixtures;
  readonly control: Control;
  /** Same as `control.trustServiceTokenKey`. */
  trustServiceTokenKey(key: JsonObject | string, issuer?: string): void;
  close(): Promise<void>;
}

interface Groundwork {
  readonly options: SimulatorOptions;
  readonly fixtures: Fixtures;
  readonly services: Services;
  readonly listeners: Listeners;
}

const partyFaultsOf = (fixtures: Fixtures, { mvpd, identities }: Parties) =>
  createPartyFaults({
    fixtures,
    idTokenOf: (party, request) => findIdentityParty(identities, party)?.mintIdToken(request),
    injectAssertionFault: (id, fault) => mvpd.control.injectAssertionFault(id, fault, 1),
    injectAuthorizationFault: (id, fault) => mvpd.control.injectAuthorizationFault(id, fault, 1),
  });

/** Builds the parties and what observes them, in this order, then lets requests in. Errors: store_invalid. */
const openWorld = async ({ options, fixtures, services, listeners }: Groundwork): Promise<Simulator> => {
  const { clock, ids, seededIds, activity, switches } = services;
  const { recording, faults, throttleGate, serviceTokens } = services;
  const { origins } = listeners;
  const stateChanges = createChangeFeed();
  stateChanges.subscribe(activity.notify);

  const gatewayOrigin = options.gatewayOrigin ?? 'http://localhost:8080';
  const changed = stateChanges.notify;
  const parties = await buildParties(
    { origins, fixtures, clock, ids, gatewayOrigin, changed },
    { serviceTokens, switches },
  );
  const byName = allParties(parties);
  const state = createWorldState({
    file: options.stateFile,
    parties: Object.values(byName),
    serviceTokens,
    clock,
    seededIds,
  });
  await state.restore();
  // Not before: until the state is restored, a write would overwrite it.
  stateChanges.subscribe(state.changed);

  const { control, stopScenarios } = createWorldControl({
    parties,
    fixtures,
    clock,
    recording,
    faults,
    throttleGate,
    switches,
    serviceTokens,
    activity,
    stateChanges,
  });
  const observer = createObserver({
    control,
    parties,
    fixtures,
    origins,
    switches,
    worldClock: clock,
    machineClock: options.clock ?? systemClock,
    ids: systemIds,
    activity,
  });
  const observers = { adobe: observer, ...createFrontPages({ origins, fixtures }) };
  const partyFaults = partyFaultsOf(fixtures, parties);
  listeners.serve((name) =>
    createGate({
      party: byName[name],
      observer: observers[name],
      recording,
      faults,
      partyFaults,
      throttleGate,
      serviceTokens,
      clock,
    }),
  );
  stateChanges.notify();

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    stopScenarios();
    closing ??= listeners.close().then(state.flush);
    return closing;
  };
  const { trustServiceTokenKey } = control;
  return { origins, fixtures, control, trustServiceTokenKey, close, [Symbol.asyncDispose]: close };
};

/** Starts everything; resolves once all origins respond. Errors: config_invalid, port_taken, store_invalid. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const fixtures = await resolveFixtures(options);
  const services = createServices(options);
  const listeners = await listenAll(options);
  try {
    return await openWorld({ options, fixtures, services, listeners });
  } catch (error) {
    await listeners.close();
    throw error;
  }
};
