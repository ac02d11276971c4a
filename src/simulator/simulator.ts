/**
 * The simulated world: Adobe Pass, the TV providers and the identity providers, each on its own origin. This file
 * owns the order of building and what one world is made of; the parties own how they behave. It refuses every
 * address but loopback, and imports nothing of the gateway that it stands against.
 */
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { type AdobePass, createAdobePass } from './adobe-pass/adobe-pass.ts';
import { createBackChannel } from './adobe-pass/oauth2/back-channel.ts';
import { createOAuthLogin } from './adobe-pass/oauth2/oauth-login.ts';
import { createSamlLogin } from './adobe-pass/saml/saml-login.ts';
import { createSwitches, type SwitchSettings } from './adobe-pass/switches.ts';
import { createXacmlAuthorization } from './adobe-pass/xacml/xacml-authorization.ts';
import { adobeRoutes } from './control/adobe.ts';
import { authorizationRoutes } from './control/authorizations.ts';
import { type Control, createControl } from './control/control.ts';
import { createDegradationControl } from './control/degradations.ts';
import { identityRoutes } from './control/identities.ts';
import { mvpdRoutes } from './control/mvpds.ts';
import { createOutageControl } from './control/outages.ts';
import { controlRoutes } from './control/routes.ts';
import { asSiteRoute } from './control/serve.ts';
import { createTokenControl } from './control/tokens.ts';
import { createFaults } from './faults.ts';
import { defaultFixtures, type Fixtures } from './fixtures.ts';
import { createFlaws } from './flaws.ts';
import { createGate, createThrottleGate } from './gate.ts';
import { createApple } from './identity/apple.ts';
import { createDtc } from './identity/dtc.ts';
import { createFacebook } from './identity/facebook.ts';
import { createGoogle } from './identity/google.ts';
import type { IdentityParty } from './identity/identity-party.ts';
import { listenAll } from './listen.ts';
import { createMvpd } from './mvpd/mvpd.ts';
import type { Origins, Party, PartyContext, PartyName } from './party.ts';
import { createPulse } from './pulse.ts';
import { createRecording } from './recording.ts';
import { createScenarios } from './scenarios/run.ts';
import { createSeededIds } from './seeded.ts';
import { createServiceTokens } from './service-tokens.ts';
import { type ThrottlePolicy, throttlePolicyOf } from './throttle.ts';
import { createWorldClock } from './world-clock.ts';
import { fixturesOf } from './world-file/complete.ts';
import { readWorld } from './world-file/read.ts';
import type { WorldInput } from './world-file/schema.ts';
import { worldPageRoutes } from './world-page/routes.ts';
import type { ViewDeps } from './world-page/view.ts';
import { createWorldState } from './world-state.ts';
import { createSigningKeys } from './xml/keys.ts';

export interface SimulatorOptions {
  readonly host?: '127.0.0.1';
  /** 0 takes any free port. */
  readonly ports?: Partial<Record<PartyName, number>>;
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

type Parties = Readonly<Record<Exclude<PartyName, 'adobe' | 'mvpd'>, IdentityParty>> & {
  readonly adobe: AdobePass;
  readonly mvpd: ReturnType<typeof createMvpd>;
};

/** Every party, each knowing where the others are; only Adobe Pass has a line of its own, to the TV providers. */
const buildParties = async (
  context: PartyContext,
  deps: Pick<Parameters<typeof createAdobePass>[1], 'serviceTokens' | 'switches' | 'alongside'>,
): Promise<Parties> => {
  const key = createSigningKeys();
  const mvpd = createMvpd(context, { adobeKey: key });
  const { keysOf } = mvpd;
  const backChannel = createBackChannel(context);
  const saml = createSamlLogin({ ...context, key, keysOf });
  const adobe = createAdobePass(context, {
    ...deps,
    logins: [saml.login, createOAuthLogin({ ...context, backChannel, keysOf })],
    partnerExchange: saml.exchange,
    authorization: createXacmlAuthorization({ ...context, key, keysOf, backChannel }),
  });
  const [dtc, google, facebook, apple] = await Promise.all([
    createDtc(context),
    createGoogle(context),
    createFacebook(context),
    createApple(context),
  ]);
  return { adobe, mvpd, dtc, google, facebook, apple };
};

const fixturesFor = async ({ fixtures, world }: SimulatorOptions): Promise<Fixtures> => {
  if (fixtures) return fixtures;
  if (world === undefined) return defaultFixtures;
  return typeof world === 'string' ? readWorld(world) : fixturesOf(world);
};

/** What there is before any party: time, randomness, the record, what is to go wrong, what is to be kept. */
const createGround = (options: SimulatorOptions, fixtures: Fixtures, parties: () => Parties | undefined) => {
  const { seed } = options;
  const clock = createWorldClock(options.clock ?? systemClock);
  const seeded = seed === undefined ? null : createSeededIds(seed);
  const ids = seeded ?? options.ids ?? systemIds;
  const pulse = createPulse();
  const recording = createRecording({ changed: pulse.beat });
  const faults = createFaults({ clock, seed: seed ?? ids.secret(9), changed: pulse.beat });
  const switches = createSwitches(options.switches);
  const throttlePolicy = () =>
    options.throttle === undefined ? throttlePolicyOf(switches.now.throttle) : options.throttle;
  const throttleGate = createThrottleGate(throttlePolicy, clock);
  const serviceTokens = createServiceTokens({ clock, switches });
  const all = (): Party[] => Object.values(parties() ?? {});
  const kept = createWorldState({ file: options.stateFile, parties: all, serviceTokens, clock, seeded });
  const identityParty = (name: string): IdentityParty | undefined =>
    name === 'adobe' || name === 'mvpd' ? undefined : parties()?.[name as 'dtc'];
  const tokens = createTokenControl(identityParty, fixtures);
  const degradations = createDegradationControl(() => parties()?.adobe.inside, fixtures);
  const actions = { ...tokens, ...degradations };
  const scenarios = createScenarios({ clock, faults, actions, changed: pulse.beat });
  const partial = { ...actions, ...createOutageControl(faults, fixtures) };
  const flaws = createFlaws({
    fixtures,
    idTokenOf: (party, order) => identityParty(party)?.mintIdToken(order),
    bendAssertion: (mvpd, bend) => parties()?.mvpd.control.bendAssertions(mvpd, bend, 1),
  });
  return {
    ...{ fixtures, clock, ids, pulse, recording, faults, throttleGate, serviceTokens, all, kept },
    ...{ identityParty, partial, scenarios, flaws, switches },
  };
};

type Ground = ReturnType<typeof createGround>;

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
        ...{ control, fixtures, origins, adobe: parties.adobe.inside },
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
      ...{ fixtures, switches, adobe: () => parties?.adobe },
      framework: async (order) => (await parties?.mvpd.framework(order)) ?? null,
    }),
    ...identityRoutes({ fixtures, party: ground.identityParty }),
    ...mvpdRoutes({ fixtures, mvpds: () => parties?.mvpd.control }),
    ...authorizationRoutes({
      ...{ fixtures, clock, mvpds: () => parties?.mvpd.control },
      transactions: () => parties?.adobe.inside.authorization.transactions() ?? [],
      mediaTokenKey: control.mediaTokenKey,
    }),
  ];
  const { origins, close: closeListeners } = await listenAll(options, (name) =>
    createGate({ ...ground, party: () => (ready ? parties?.[name] : undefined) }),
  );
  const page = worldPageRoutes({
    ...{ control, pulse, clock: options.clock ?? systemClock, ids: systemIds },
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
