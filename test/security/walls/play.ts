/** One random sequence of steps, with a simple model of who may be in whose account. */
import type { ManualClock } from '../../support/manual-clock.ts';
import type { Basis, Opened, WallsGateway } from './gateway.ts';
import type { Random } from './random.ts';
import {
  type AppId,
  appIds,
  type FamilyId,
  familyIds,
  firstSettings,
  lifetimes,
  type Settings,
} from './settings.ts';
import { createWorld, type Person, people, providerIds, quarantine, type Registration } from './world.ts';

interface Deps {
  readonly random: Random;
  readonly clock: ManualClock;
  readonly name: string;
  /** The gateways with these settings; all of them reload at once. */
  gatewaysOf(settings: Settings): readonly WallsGateway[];
}

interface Session extends Basis {
  readonly person: Person;
  readonly family: FamilyId;
}

interface Grant extends Session, Opened {
  readonly app: AppId;
  device: string | undefined;
  ended: boolean;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Throws when a gateway and the model disagree, with the story so far. */
export const play = async ({ random, clock, name, gatewaysOf }: Deps, steps: number) => {
  const world = createWorld(random, clock.now, name);
  const story: string[] = [];
  const owners = new Map<string, Person>();
  const accountOf = new Map<string, string>();
  const revoked = new Set<string>();
  const endedAt = new Map<string, number>();
  const sessions: Session[] = [];
  const grants: Grant[] = [];
  let settings = firstSettings;
  let gateways = gatewaysOf(settings);
  let linked = 0;

  const tell = (text: string): void =>
    void story.push(`${Math.round(clock.now() / hour) % 100_000} h: ${text}`);
  const agree = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`${what}\n${story.map((line) => `  ${line}`).join('\n')}`);
  };
  const gateway = (): WallsGateway => random.pick(gateways) ?? gatewaysOf(settings)[0] ?? never();
  const anApp = (): AppId => random.pick(appIds) ?? 'ref-tv';
  const reload = (changes: Partial<Settings>): void => {
    settings = { ...settings, ...changes };
    gateways = gatewaysOf(settings);
    tell(`reload ${JSON.stringify(changes)}`);
  };

  /** Whether something that rests on this basis may be used by an app today. */
  const rests = ({ account, family, provider, at }: Session, app: AppId, lifetime: number): boolean =>
    settings.familyOf[app] === family &&
    settings.providersOf[family].includes(provider) &&
    clock.now() - at < lifetime &&
    !revoked.has(account) &&
    at > (endedAt.get(account) ?? 0);

  const open = async (app: AppId, session: Session): Promise<void> => {
    const opened = await gateway().open(app, session);
    agree(opened !== undefined, `${session.person} could not be signed in`);
    if (opened) grants.push({ ...session, ...opened, app, device: undefined, ended: false });
  };

  const signIn = async (registration: Registration, app: AppId): Promise<void> => {
    const { provider, subject, person, address, verified } = registration;
    const family = settings.familyOf[app];
    const listed = settings.providersOf[family].includes(provider);
    tell(
      `${person} signs in to ${app} as ${subject} of ${provider}, ${address} ${verified ? 'verified' : ''}`,
    );
    const account = await gateway().signIn(app, registration);
    const key = `${family} ${provider} ${subject}`;
    const before = accountOf.get(key);
    if (listed && verified && address !== undefined) {
      const by = world.told.get(address) ?? new Map();
      world.told.set(address, by.set(provider, clock.now()));
    }
    if (!account) {
      const mayRefuse = !listed || before === undefined || revoked.has(before);
      return agree(mayRefuse, `${person} was refused`);
    }
    agree(listed, `${provider} signs viewers of ${family} in, which does not list it`);
    agree(account.family === family, `${person} got an account of another family`);
    agree(before === undefined || before === account.id, `the account of ${key} changed`);
    agree((owners.get(account.id) ?? person) === person, `${person} is in the account of somebody else`);
    agree(!revoked.has(account.id), `${person} signed in to a revoked account`);
    if (before === undefined && owners.has(account.id)) linked += 1;
    owners.set(account.id, person);
    accountOf.set(key, account.id);
    const session = { account: account.id, provider, at: clock.now(), person, family };
    sessions.push(session);
    await open(app, session);
  };

  const actions: Readonly<Record<string, () => Promise<void> | void>> = {
    signIn: async () => {
      const registration = random.pick(world.registrations);
      if (registration) await signIn(registration, anApp());
    },
    register: () => world.register(random.pick(people) ?? 'ana'),
    changeAddress: world.changeAddress,
    changeVerification: world.changeVerification,
    giveUp: world.giveUp,
    take: world.take,
    replaceSubject: world.replaceSubject,
    moveOut: async () => {
      const moving = world.moveOut();
      if (!moving) return;
      await clock.leap(quarantine);
      await signIn(moving.left, anApp());
      moving.next();
    },

    lie: async () => {
      const registration = world.lie();
      if (!registration) return;
      tell(`${registration.provider} lies`);
      await signIn(registration, anApp());
      world.undoLie(registration);
      reload({ trusted: settings.trusted.filter((id) => id !== registration.provider) });
    },
    trustAgain: () => {
      for (const [id, until] of world.distrusted) if (until <= clock.now()) world.distrusted.delete(id);
      const trusted = providerIds.filter((id) => !world.distrusted.has(id));
      if (trusted.length > settings.trusted.length) reload({ trusted });
    },
    changeProviders: () => {
      const [id, provider] = [random.pick(familyIds) ?? 'ref', random.pick(providerIds) ?? 'dtc'];
      const listed = settings.providersOf[id];
      const changed = listed.includes(provider)
        ? listed.filter((one) => one !== provider)
        : [...listed, provider];
      reload({ providersOf: { ...settings.providersOf, [id]: changed } });
    },
    moveApp: () => reload({ familyOf: { ...settings.familyOf, [anApp()]: random.pick(familyIds) ?? 'ref' } }),
    changeLinking: () => reload({ linking: settings.linking === 'none' ? 'verifiedEmail' : 'none' }),

    openBrowser: async () => {
      const [session, app] = [random.pick(sessions), anApp()];
      if (!session) return;
      const expected = rests(session, app, lifetimes.session);
      tell(`${session.person} opens ${app} in the browser of ${session.family}: ${expected}`);
      const viewer = await gateway().findSessionViewer(app, session);
      agree(viewer?.id === (expected ? session.account : undefined), `the browser goes on as ${viewer?.id}`);
      if (viewer) await open(app, session);
    },
    refresh: async () => {
      const grant = random.pick(grants);
      if (!grant) return;
      const expected = !grant.ended && rests(grant, grant.app, lifetimes.signIn);
      tell(`${grant.person} refreshes on ${grant.app}: ${expected}`);
      agree((await gateway().refresh(grant.grant)) === expected, `refreshing says ${!expected}`);
      grant.ended ||= !expected;
    },
    call: async () => {
      const [grant, owner] = [random.pick(grants), random.pick(people)];
      if (!grant || !owner) return;
      const device = `device of ${owner} ${name}`;
      const stands = !grant.ended && rests(grant, grant.app, lifetimes.signIn);
      const expected = stands && (grant.device ?? device) === device;
      tell(`${grant.person} calls as ${grant.app} from the ${device}: ${expected}`);
      const caller = await gateway().call(grant.bearer, device);
      agree((caller !== undefined) === expected, `the call is ${expected ? 'refused' : 'let through'}`);
      grant.ended ||= !stands;
      if (!caller) return;
      grant.device = device;
      agree(caller.viewer === grant.account, `${grant.person} calls as somebody else`);
      agree(caller.instance.id === grant.instance, `${grant.person} calls on an instance that is not theirs`);
    },

    revoke: async () => {
      const account = random.pick([...owners.keys()]);
      if (account === undefined) return;
      tell(`the account of ${owners.get(account)} is revoked`);
      await gateway().revoke(account);
      if (!revoked.has(account)) endedAt.set(account, clock.now());
      revoked.add(account);
      for (const grant of grants) if (grant.account === account) grant.ended = true;
    },
    lift: async () => {
      const account = random.pick([...revoked]);
      if (account === undefined) return;
      tell(`the revocation of ${owners.get(account)} is lifted`);
      await gateway().lift(account);
      revoked.delete(account);
    },

    hours: () => clock.leap(random.below(48) * hour),
    weeks: () => clock.leap(random.below(45) * day),
    year: () => clock.leap((80 + random.below(400)) * day),
  };

  for (const person of people) world.register(person);
  for (let step = 0; step < steps; step += 1) {
    await clock.leap(1 + random.below(60_000));
    await actions[random.pick(weighted) ?? 'signIn']?.();
  }
  return { linked };
};

const never = (): never => {
  throw new Error('there is no gateway');
};

const weights = {
  signIn: 10,
  register: 3,
  changeAddress: 2,
  changeVerification: 1,
  giveUp: 1,
  take: 1,
  replaceSubject: 2,
  moveOut: 2,
  lie: 1,
  trustAgain: 1,
  changeProviders: 1,
  moveApp: 1,
  changeLinking: 1,
  openBrowser: 4,
  refresh: 2,
  call: 5,
  revoke: 1,
  lift: 2,
  hours: 2,
  weeks: 2,
  year: 1,
};
const weighted = Object.entries(weights).flatMap(([action, weight]) => Array<string>(weight).fill(action));
