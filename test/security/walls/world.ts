/**
 * The world outside of Kinpass, as it really is: who owns which mailbox, and what providers say about it. Its only laws
 * are those that linking relies on: a provider says "verified" of an address only while its owner has it, and a mailbox
 * that was given up stays empty for longer than a proof counts.
 */
import type { Random } from './random.ts';

export const people = ['ana', 'ben', 'eve'] as const;
export type Person = (typeof people)[number];
export const providerIds = ['dtc', 'shop', 'corp'] as const;
export type ProviderId = (typeof providerIds)[number];

const day = 86_400_000;
/** Longer than `linkingMaxAge`. */
export const quarantine = 31 * day;

/** What somebody registered at a provider. */
export interface Registration {
  readonly provider: ProviderId;
  readonly subject: string;
  readonly person: Person;
  address: string | undefined;
  verified: boolean;
}

interface Mailbox {
  owner: Person | undefined;
  /** Other providers than `home` verify the owner from then on. */
  from: number;
  home: ProviderId | undefined;
}

export interface World {
  readonly registrations: Registration[];
  /** What Kinpass was told last: by address and provider, when. */
  readonly told: Map<string, Map<ProviderId, number>>;
  /** Until when a provider that lied is not trusted. */
  readonly distrusted: Map<ProviderId, number>;
  register(person: Person): void;
  changeAddress(): void;
  changeVerification(): void;
  giveUp(): void;
  take(): void;
  replaceSubject(): void;
  /** Somebody leaves a mailbox for another one; `next`, after the quarantine, is whoever has it then. */
  moveOut(): { readonly left: Registration; next(): void } | undefined;
  lie(): Registration | undefined;
  undoLie(registration: Registration): void;
}

/** `name` keeps the worlds of one database apart. */
export const createWorld = (random: Random, now: () => number, name: string): World => {
  const registrations: Registration[] = [];
  const told = new Map<string, Map<ProviderId, number>>();
  const distrusted = new Map<ProviderId, number>();
  const mailboxes = new Map<string, Mailbox>(
    ['a', 'b', 'c', 'd'].map((box, index) => [
      `${box}.${name}@mail.example`,
      { owner: people[index], from: 0, home: undefined },
    ]),
  );

  const addressesOf = (person: Person, provider: ProviderId): string[] =>
    [...mailboxes].flatMap(([address, { owner, from, home }]) =>
      owner === person && (now() >= from || home === provider) ? [address] : [],
    );

  const enroll = (person: Person, provider: ProviderId): Registration => {
    const subject = `${person}-${registrations.length}.${name}`;
    const registration: Registration = { provider, subject, person, address: undefined, verified: false };
    registrations.push(registration);
    return registration;
  };

  /** An own address, verified; or anybody's, which nobody verifies; or none. */
  const enter = (registration: Registration): void => {
    const own = random.pick(addressesOf(registration.person, registration.provider));
    const kind = random.below(10);
    registration.verified = own !== undefined && kind < 7;
    registration.address = registration.verified
      ? own
      : kind < 9
        ? random.pick([...mailboxes.keys()])
        : undefined;
  };

  const distrust = (address: string): void => {
    for (const one of registrations) if (one.address === address) one.verified = false;
  };

  const toldLately = (address: string, except?: ProviderId): boolean =>
    [...(told.get(address) ?? [])].some(([by, at]) => by !== except && now() - at <= quarantine);

  return {
    registrations,
    told,
    distrusted,
    register(person) {
      const provider = random.pick(providerIds);
      if (provider) enter(enroll(person, provider));
    },
    changeAddress() {
      const registration = random.pick(registrations);
      if (registration) enter(registration);
    },
    changeVerification() {
      const registration = random.pick(registrations);
      if (registration?.address === undefined) return;
      const own = addressesOf(registration.person, registration.provider).includes(registration.address);
      registration.verified = own && !registration.verified;
    },
    giveUp() {
      const [address, mailbox] = random.pick([...mailboxes]) ?? [];
      if (address === undefined || !mailbox?.owner || now() < mailbox.from) return;
      Object.assign(mailbox, { owner: undefined, from: now() + quarantine, home: undefined });
      distrust(address);
    },
    take() {
      const free = [...mailboxes.values()].filter(({ owner, from }) => owner === undefined && now() >= from);
      const mailbox = random.pick(free);
      if (mailbox) mailbox.owner = random.pick(people);
    },
    /** The provider gives a customer's address to another one, at once. */
    replaceSubject() {
      const before = random.pick(registrations.filter(({ verified }) => verified));
      const person = before && random.pick(people.filter((one) => one !== before.person));
      if (!before?.address || !person || toldLately(before.address, before.provider)) return;
      const { address, provider } = before;
      mailboxes.set(address, { owner: person, from: now() + quarantine, home: provider });
      distrust(address);
      Object.assign(enroll(person, provider), { address, verified: true });
    },
    moveOut() {
      const left = random.pick(registrations.filter(({ verified }) => verified));
      const address = left?.address;
      const mailbox = address === undefined ? undefined : mailboxes.get(address);
      if (!left || address === undefined || !mailbox || now() < mailbox.from) return undefined;
      const other = addressesOf(left.person, left.provider).find((one) => one !== address);
      distrust(address);
      Object.assign(left, { address: other, verified: other !== undefined });
      Object.assign(mailbox, { owner: undefined, from: now() + quarantine, home: undefined });
      const next = () => {
        const person = random.pick(people.filter((one) => one !== left.person));
        const provider = random.pick(providerIds.filter((one) => one !== left.provider));
        if (!person || !provider || mailbox.owner !== undefined || now() < mailbox.from) return;
        mailbox.owner = person;
        Object.assign(enroll(person, provider), { address, verified: true });
      };
      return { left, next };
    },
    /** Says of a customer that an address is theirs, of which nobody else has told Kinpass lately. */
    lie() {
      const registration = random.pick(registrations.filter(({ provider }) => !distrusted.has(provider)));
      const address = random.pick([...mailboxes.keys()].filter((one) => !toldLately(one)));
      if (!registration || address === undefined) return undefined;
      distrusted.set(registration.provider, now() + quarantine);
      return Object.assign(registration, { address, verified: true });
    },
    undoLie(registration) {
      Object.assign(registration, { address: undefined, verified: false });
    },
  };
};
