import { type Advice, adviceFor } from '#src/signing-keys/admin/advice';
import {
  findKey,
  inspectKeys,
  type KeyManager,
  type KeyOverview,
  testedSigner,
} from '#src/signing-keys/admin/key-manager';
import type { KeyNotice, KeyView } from '#src/signing-keys/ports';
import type { Check, Outcome } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';

export const keysId = 'keys';

/** Undefined before the first start. Errors: those of opening the keys. */
export type OpenKeys = () => Promise<KeyManager | undefined>;

interface Deps {
  readonly openKeys: OpenKeys;
  readonly production: boolean;
}

const day = 86_400_000;
/** Days that a key may wait for a person before this is worth a word. */
const maxWaitDays = 14;

/** Whether service tokens can be signed, how old the key is, and where its successor stands. */
export const createKeysCheck = ({ openKeys, production }: Deps): Check => ({
  id: keysId,
  question: 'Can service tokens be signed, and is a rotation due or under way?',
  run: async () => {
    const manager = await openKeys();
    if (!manager || (await manager.ledger.read()) === undefined)
      return skipped(`${manager?.storage.name ?? 'The store'} has no keys yet; the first start makes one.`);
    const overview = await inspectKeys(manager);
    const { status, entries, rotation } = overview;
    const active = status.keys.find(({ state }) => state === 'active');
    if (!active || !status.ready || status.problems.length > 0)
      return failed('Service tokens cannot be signed as they should.', textOf(status.problems));
    await testedSigner(manager, findKey(entries, active.kid));
    const isAcknowledged = rotation.keys.get(active.kid)?.acknowledged === true;
    return judge({ overview, active, isAcknowledged, production, ...manager });
  },
});

interface Seen extends Pick<KeyManager, 'settings' | 'clock'> {
  readonly overview: KeyOverview;
  readonly active: KeyView;
  readonly isAcknowledged: boolean;
  readonly production: boolean;
}

const judge = ({ overview, active, isAcknowledged, production, settings, clock }: Seen): Outcome => {
  const now = clock.now();
  const { warnings, keys } = overview.status;
  const days = (since: number) => Math.floor((now - since) / day);
  const waiting = keys.find(({ state }) => /^(draft|exported|acknowledged)$/.test(state));
  const { next, by } = adviceOf(overview, waiting ?? active, settings.warnAfter);
  const facts = {
    active: active.kid,
    ageDays: days(active.createdAt),
    acknowledged: isAcknowledged,
    ...(waiting && { waiting: waiting.kid, state: waiting.state, waitingDays: days(waiting.since) }),
    ...(next && { next }),
    ...(by !== undefined && { by: new Date(by).toISOString().slice(0, 10) }),
  };
  if (warnings.length > 0) return warning('The keys need attention.', textOf(warnings), facts);
  if (production && !isAcknowledged)
    return warning(
      'Adobe has not acknowledged the key that signs: it may refuse every token.',
      cureOf(next),
      facts,
    );
  if (waiting && days(waiting.since) > maxWaitDays)
    return warning(`A key has been waiting for ${days(waiting.since)} days.`, cureOf(next), facts);
  return ok('Service tokens can be signed.', facts);
};

const adviceOf = ({ rotation }: KeyOverview, { kid }: KeyView, warnAfter: number): Advice => {
  const life = rotation.keys.get(kid);
  return life ? adviceFor(life, rotation, warnAfter) : { next: '' };
};

const cureOf = (next: string): string => `Next step: ${next} (kinpass keys list).`;

const textOf = (notices: readonly KeyNotice[]): string =>
  notices.map(({ file, message }) => `${file} ${message}`).join('; ') || 'See kinpass keys list.';
