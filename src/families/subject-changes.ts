import type { FamilyConfig } from '#src/config/schema';
import type { SubjectUsage } from '#src/stores/ports';
import { importedVersion } from './subject.ts';
import {
  type FamilyPin,
  type SubjectEvent,
  type SubjectPins,
  type SubjectStrategy,
  strategyText,
} from './subject-pins.ts';

/** The current settings and keys. */
export interface SubjectInputs {
  readonly families: readonly Pick<FamilyConfig, 'id' | 'identityProviders' | 'serviceToken'>[];
  /** Fingerprints of the available versions of the secret. */
  readonly secrets: ReadonlyMap<number, string>;
}

export interface SubjectReason {
  /** The setting, or the version of the secret. */
  readonly cause: { readonly setting: string } | { readonly version: number };
  /** As confirmed; undefined if accounts exist and the journal has no entry that they could have been made by. */
  readonly was: string | undefined;
  readonly is: string;
  readonly accounts: number;
}

export interface FamilyChange {
  readonly family: string;
  /** How many accounts would get another subject, out of `of`. */
  readonly accounts: number;
  readonly of: number;
  readonly reasons: readonly SubjectReason[];
}

export interface SubjectVerdict {
  /** How each configured family's subjects are made. */
  readonly strategies: ReadonlyMap<string, SubjectStrategy>;
  /** Families whose existing subjects would change. */
  readonly changes: readonly FamilyChange[];
  /** Versions that existing accounts need and that are missing. */
  readonly missing: readonly { readonly version: number; readonly accounts: number }[];
  /** What the journal lacks to describe the current state. */
  readonly events: readonly SubjectEvent[];
}

/** Compares the confirmed state with settings and keys. Pure. */
export const compareSubjects = (
  pins: SubjectPins,
  { families, secrets }: SubjectInputs,
  usage: readonly SubjectUsage[],
): SubjectVerdict => {
  // An imported subject depends on neither strategy nor secret.
  const derived = usage.filter(({ version }) => version !== importedVersion);
  const accountsOf = (family: string): number => sum(usage.filter((row) => row.family === family));
  const derivedOf = (family: string, version?: number): number =>
    sum(derived.filter((row) => row.family === family && (version ?? row.version) === row.version));

  const wanted = families.map((family) => pinOf(family, pins, secrets, derivedOf(family.id)));
  const usersOf = ({ family, subject }: FamilyPin, version: number): number => {
    if (subject.strategy === 'account') return derivedOf(family, version);
    return subject.as === 'hashed' && subject.version === version ? derivedOf(family) : 0;
  };
  const comparison = { pins, wanted, secrets, accountsOf, derivedOf, usersOf };

  const needed = new Set([
    ...secrets.keys(),
    ...derived.map(({ version }) => version),
    ...versionsOf(wanted),
  ]);
  return {
    strategies: new Map(wanted.map(({ family, subject }) => [family, subject])),
    changes: wanted.flatMap((pin, index) => changeOf(pin, index, comparison)),
    missing: [...needed]
      .filter((version) => !secrets.has(version))
      .map((version) => ({
        version,
        accounts: wanted.reduce((sum, pin) => sum + usersOf(pin, version), 0),
      }))
      .filter(({ accounts }) => accounts > 0),
    events: [
      ...wanted.filter((pin) => !isSame(pin, pins.families.get(pin.family))),
      ...[...secrets]
        .filter(([version, fingerprint]) => pins.secrets.get(version) !== fingerprint)
        .map(([version, fingerprint]) => ({ event: 'secret' as const, version, fingerprint })),
    ],
  };
};

const sum = (rows: readonly SubjectUsage[]): number =>
  rows.reduce((total, { accounts }) => total + accounts, 0);

interface Comparison {
  readonly pins: SubjectPins;
  readonly wanted: readonly FamilyPin[];
  readonly secrets: ReadonlyMap<number, string>;
  accountsOf(family: string): number;
  /** Without those whose subject was imported. */
  derivedOf(family: string): number;
  usersOf(pin: FamilyPin, version: number): number;
}

const changeOf = (pin: FamilyPin, index: number, comparison: Comparison): FamilyChange[] => {
  const { pins, accountsOf, derivedOf } = comparison;
  const before = pins.families.get(pin.family);
  const affectsAccounts = ({ accounts }: SubjectReason): boolean => accounts > 0;
  const whole = before
    ? settingReasons(before, pin, index, {
        issuer: accountsOf(pin.family),
        subject: derivedOf(pin.family),
      }).filter(affectsAccounts)
    : [...renameReasons(pin, index, comparison), ...unrecordedReasons(pin, index, comparison)].filter(
        affectsAccounts,
      );
  const reasons = [...whole, ...secretReasons(pin, comparison).filter(affectsAccounts)];
  const of = Math.max(accountsOf(pin.family), ...whole.map(({ accounts }) => accounts));
  const changed = Math.max(...whole.map(({ accounts }) => accounts));
  const accounts = whole.length > 0 ? changed : reasons.reduce((sum, reason) => sum + reason.accounts, 0);
  return reasons.length > 0 ? [{ family: pin.family, accounts, of, reasons }] : [];
};

/** `accounts`: how many depend on each setting. */
const settingReasons = (
  was: FamilyPin,
  is: FamilyPin,
  index: number,
  accounts: { readonly issuer: number; readonly subject: number },
): SubjectReason[] => {
  const reason = (setting: 'issuer' | 'subject', before: string, now: string): SubjectReason[] => {
    const cause = { setting: `families[${index}].serviceToken.${setting}` };
    return before === now ? [] : [{ cause, was: before, is: now, accounts: accounts[setting] }];
  };
  return [
    ...reason('issuer', was.issuer, is.issuer),
    ...reason('subject', strategyText(was.subject), strategyText(is.subject)),
  ];
};

/** A new family with the issuer of a removed one is that family under another id. */
const renameReasons = (pin: FamilyPin, index: number, { pins, wanted, accountsOf }: Comparison) => {
  const configured = new Set(wanted.map(({ family }) => family));
  return [...pins.families.values()]
    .filter(({ family, issuer }) => !configured.has(family) && issuer === pin.issuer)
    .map(
      ({ family }): SubjectReason => ({
        cause: { setting: `families[${index}].id` },
        was: family,
        is: pin.family,
        accounts: accountsOf(family),
      }),
    );
};

/** Every start records its families before accounts are created, so the entry was removed. */
const unrecordedReasons = (
  { family, issuer, subject }: FamilyPin,
  index: number,
  { pins, accountsOf }: Comparison,
): SubjectReason[] =>
  pins.introduced
    ? []
    : [
        {
          cause: { setting: `families[${index}].serviceToken` },
          was: undefined,
          is: `${issuer}, ${strategyText(subject)}`,
          accounts: accountsOf(family),
        },
      ];

const secretReasons = (pin: FamilyPin, { pins, secrets, usersOf }: Comparison): SubjectReason[] =>
  [...secrets].flatMap(([version, is]) => {
    const was = pins.secrets.get(version);
    if (was === is || (was === undefined && pins.introduced)) return [];
    return [{ cause: { version }, was: was && short(was), is: short(is), accounts: usersOf(pin, version) }];
  });

const short = (fingerprint: string): string => fingerprint.slice(0, 12);

const isSame = (a: FamilyPin, b: FamilyPin | undefined): boolean =>
  b !== undefined && a.issuer === b.issuer && strategyText(a.subject) === strategyText(b.subject);

const versionsOf = (wanted: readonly FamilyPin[]): number[] =>
  wanted.flatMap(({ subject }) =>
    subject.strategy === 'claim' && subject.as === 'hashed' ? [subject.version] : [],
  );

/**
 * The state to confirm for a family. Hashed claims keep the version that they started with: two accounts with one id must
 * have one subject, whenever they were created.
 */
const pinOf = (
  { id, identityProviders, serviceToken }: SubjectInputs['families'][number],
  pins: SubjectPins,
  secrets: ReadonlyMap<number, string>,
  accounts: number,
): FamilyPin => {
  const { issuer, subject } = serviceToken;
  const pin = (strategy: SubjectStrategy): FamilyPin => ({
    event: 'family',
    family: id,
    issuer,
    subject: strategy,
  });
  if (subject.strategy === 'account') return pin({ strategy: 'account' });
  const provider = subject.provider ?? identityProviders[0] ?? '';
  const claim = { strategy: 'claim' as const, provider, claim: subject.claim };
  if (subject.as === 'plain') return pin({ ...claim, as: 'plain' });
  const before = pins.families.get(id)?.subject;
  const startedWith = before?.strategy === 'claim' && before.as === 'hashed' ? before.version : undefined;
  const keeps = startedWith !== undefined && (accounts > 0 || secrets.has(startedWith));
  return pin({ ...claim, as: 'hashed', version: keeps ? startedWith : Math.max(1, ...secrets.keys()) });
};
