import type { KeySettings } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Log } from '#src/observability/logger';
import { announcer } from './announce.ts';
import { beginLedger } from './first-key.ts';
import { activeOf, isBelieved } from './key-life.ts';
import { createKms } from './kms.ts';
import { createLedger } from './ledger.ts';
import { type Loaded, loadKeys } from './load-keys.ts';
import type { KeyRing, PublicJwk, Signing } from './ports.ts';
import { toPublicJwk } from './public-key.ts';
import { nextChange, type Rotation, rotationAt } from './rotation.ts';
import { statusOf } from './status.ts';
import { watchFolder } from './watch-folder.ts';

interface Deps {
  readonly settings: KeySettings;
  /** In production the first key waits for Adobe; elsewhere it signs at once. */
  readonly production: boolean;
  /** Of any family's service tokens, milliseconds. */
  readonly longestLife: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Who it is that begins a ledger. */
  readonly by: string;
}

/** What the loaded keys mean for a while. */
interface View {
  readonly loaded: Loaded;
  readonly rotation: Rotation;
  readonly from: number;
  readonly until: number;
  readonly signing: Signing | undefined;
  readonly jwks: { readonly keys: readonly PublicJwk[] };
}

/**
 * The ring of a keys directory; it follows ledger and files by itself until it is closed.
 * Errors: keys_invalid, naming every file at fault, where something is unfit at the start.
 */
export const createKeyRing = async (deps: Deps): Promise<KeyRing> => {
  const { settings, production, longestLife, clock, log, by } = deps;
  const { directory, passphrase } = settings;
  const ledger = createLedger(directory, clock);
  const kms = settings.kms && createKms({ settings: settings.kms, clock });
  await beginLedger({ directory, ledger, passphrase, clock, by }, production ? 'draft' : 'active');
  const look = (before?: Loaded) =>
    loadKeys({ directory, ledger, passphrase, kms, longestLife }, clock.now(), before);

  let loaded = await look();
  refuseUnfit(loaded);
  let view = viewOf(loaded, clock.now(), longestLife);
  const listeners = new Set<() => void>();
  const announce = announcer(log);

  const current = (): View => {
    const now = clock.now();
    if (view.loaded === loaded && now >= view.from && now < view.until) return view;
    view = viewOf(loaded, now, longestLife);
    return view;
  };
  const status = () => statusOf({ ...current(), now: clock.now(), settings, ledgerPath: ledger.path });
  const tell = (): void => {
    if (announce(status())) for (const listener of listeners) listener();
  };
  let turn = Promise.resolve();
  const reload = (): Promise<void> => {
    const next = turn.then(async () => {
      loaded = await look(loaded);
      tell();
    });
    turn = next.catch(() => {});
    return next;
  };

  tell();
  const stop = watchFolder({ directory, clock, onChange: reload, onTick: tell });
  return {
    signing: () => current().signing,
    publicKey: (kid) => {
      const state = current().rotation.keys.get(kid)?.state;
      return state && isBelieved(state) ? loaded.born.get(kid)?.object : undefined;
    },
    publicJwks: () => current().jwks,
    status,
    reload,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: stop,
  };
};

const refuseUnfit = ({ problems }: Loaded): void => {
  const [first] = problems;
  if (!first) return;
  const hint = problems.map(({ file, message }) => `${file} ${message}`).join('\n');
  throw fail('keys_invalid', { field: first.file, hint });
};

const viewOf = (loaded: Loaded, now: number, longestLife: number): View => {
  const rotation = rotationAt(loaded.entries, now, longestLife);
  const { keys } = rotation;
  const active = activeOf(keys);
  const signer = active === undefined ? undefined : loaded.signers.get(active);
  const published = [...loaded.born.values()].filter(({ kid }) =>
    isBelieved(keys.get(kid)?.state ?? 'draft'),
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
