import { watchForChanges } from '#src/config/reload/watch';
import type { KeySettings } from '#src/config/schema';
import type { KeyStorage } from '#src/config/secrets/key-storage';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Log } from '#src/observability/logger';
import { initializeLedger } from './first-key.ts';
import { toPublicJwk } from './key/public-key.ts';
import { createKms } from './kms/kms.ts';
import { isAccepted } from './ledger/key-life.ts';
import { createLedger } from './ledger/ledger.ts';
import { nextChange, type Rotation, rotationAt } from './ledger/rotation.ts';
import { type LoadedKeys, loadKeys } from './load-keys.ts';
import { createChangeLog } from './log-changes.ts';
import type { ActiveKey, KeyRing, PublicJwk } from './ports.ts';
import { statusOf } from './status.ts';

interface Deps {
  readonly settings: KeySettings;
  readonly storage: KeyStorage;
  /** In production the first key waits for Adobe; elsewhere it signs at once. */
  readonly production: boolean;
  /** Of any family's service tokens, milliseconds. */
  readonly maxTokenLifetime: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Who creates the ledger if there is none. */
  readonly by: string;
}

/** What follows from the loaded keys until the next planned step. */
interface View {
  readonly loaded: LoadedKeys;
  readonly rotation: Rotation;
  readonly from: number;
  readonly until: number;
  readonly signing: ActiveKey | undefined;
  readonly jwks: { readonly keys: readonly PublicJwk[] };
}

/**
 * The key ring. It follows ledger and files until it is closed.
 * Errors: keys_invalid, naming every file at fault, if anything is invalid at the start.
 */
export const createKeyRing = async (deps: Deps): Promise<KeyRing> => {
  const { settings, storage, production, maxTokenLifetime, clock, log, by } = deps;
  const { passphrase } = settings;
  const ledger = createLedger(storage);
  const kms = settings.kms && createKms({ settings: settings.kms, clock });
  await initializeLedger({ storage, ledger, passphrase, clock, by }, production ? 'draft' : 'active');
  const load = (before?: LoadedKeys) =>
    loadKeys({ storage, ledger, passphrase, kms, maxTokenLifetime }, clock.now(), before);

  const { directory, fingerprint } = storage;
  const seen = await fingerprint();
  let loaded = await load();
  requireNoProblems(loaded);
  let view = viewOf(loaded, clock.now(), maxTokenLifetime);
  const listeners = new Set<() => void>();
  const logChanges = createChangeLog(log);

  const current = (): View => {
    const now = clock.now();
    if (view.loaded === loaded && now >= view.from && now < view.until) return view;
    view = viewOf(loaded, now, maxTokenLifetime);
    return view;
  };
  const status = () => statusOf({ ...current(), now: clock.now(), settings, ledgerPath: ledger.path });
  const notify = (): void => {
    if (logChanges(status())) for (const listener of listeners) listener();
  };
  let lastReload = Promise.resolve();
  const reload = (): Promise<void> => {
    const next = lastReload.then(async () => {
      loaded = await load(loaded);
      notify();
    });
    lastReload = next.catch(() => {});
    return next;
  };

  notify();
  const stop = watchForChanges(
    seen,
    { directory, fingerprint, settleTime: 0 },
    { clock, onChange: reload, onTick: notify },
  );
  const find = (kid: string) => {
    const life = current().rotation.keys.get(kid);
    return life && { state: life.state, accepted: isAccepted(life.state), acknowledged: life.acknowledged };
  };
  return {
    signing: () => current().signing,
    publicKey: (kid) => (find(kid)?.accepted ? loaded.records.get(kid)?.object : undefined),
    publicJwks: () => current().jwks,
    find,
    status,
    reload,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: stop,
  };
};

const requireNoProblems = ({ problems }: LoadedKeys): void => {
  const [first] = problems;
  if (!first) return;
  const hint = problems.map(({ file, message }) => `${file} ${message}`).join('\n');
  throw fail('keys_invalid', { field: first.file, hint });
};

const viewOf = (loaded: LoadedKeys, now: number, maxTokenLifetime: number): View => {
  const rotation = rotationAt(loaded.entries, now, maxTokenLifetime);
  const { active, keys } = rotation;
  const signer = active === undefined ? undefined : loaded.signers.get(active);
  const published = [...loaded.records.values()].filter(({ kid }) =>
    isAccepted(keys.get(kid)?.state ?? 'draft'),
  );
  return {
    loaded,
    rotation,
    from: now,
    until: nextChange(rotation),
    signing: signer && active !== undefined ? { kid: active, sign: signer.sign } : undefined,
    jwks: { keys: published.map(({ kid, members }) => toPublicJwk(kid, members)) },
  };
};
