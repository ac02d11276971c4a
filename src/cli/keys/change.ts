import type { Config } from '#src/config/schema';
import type { Learned } from '#src/flows/audit-trail';
import { findKey, type KeyManager } from '#src/signing-keys/admin/key-manager';
import type { AuditAction } from '#src/stores/audit-ports';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Kept } from '#src/stores/open';
import { createTerminalTrail, terminalOperator } from '../audit-trail.ts';
import { openOrCreateKept } from '../open-stores.ts';
import { checkReason } from '../options.ts';
import { printError } from '../terminal.ts';
import { type KeysValues, type ManagedKeys, openKeys } from './open.ts';

/** Values of a command that has `changeOptions`. */
export interface ChangeValues extends KeysValues {
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
}

type KeyAction = Extract<AuditAction, `key.${string}`>;

export interface KeysToChange extends ManagedKeys, AsyncDisposable {
  /** For the ledger too; undefined if none was given. */
  readonly note: string | undefined;
  /** Runs an action on the key `kid`, recorded in the audit log. Errors: audit_unavailable; those of `act`. */
  record<T>(
    action: KeyAction,
    kid: string,
    act: () => Promise<T>,
    learn?: (result: T) => Learned,
  ): Promise<T>;
}

/** The kid of the key that an operand names. Errors: key_step_refused, keys_invalid. */
export const kidOf = async ({ ledger }: KeyManager, name: string): Promise<string> =>
  findKey((await ledger.read()) ?? [], name).kid;

/** A step that had been taken before changed nothing. */
export const unlessDone = ({ alreadyDone }: { readonly alreadyDone?: string }): Learned =>
  alreadyDone === undefined ? {} : { details: { changed: false } };

/** The id of a key that does not exist yet. */
export const newKey = 'new';

/**
 * Opens the keys that a command changes, and the audit log of their configuration. With `--keys-directory` alone there is
 * none: the ledger says who did what. Errors: config_invalid, keys_invalid, store_invalid.
 */
export const openKeysToChange = async (values: ChangeValues): Promise<KeysToChange> => {
  const reason = checkReason(values.reason ?? values.note);
  const keys = await openKeys(values, storeFor);
  const trail = keys.stores && createTerminalTrail(keys.stores.audit);
  return {
    ...keys,
    note: reason || undefined,
    record: (action, id, act, learn) =>
      trail
        ? trail.recordAction(terminalOperator(), { action, target: { kind: 'key', id }, reason }, act, learn)
        : act(),
  };
};

const storeFor = async (config: Config): Promise<Partial<Kept>> => {
  if (config.store.kind !== 'memory' || config.keys.in !== 'folder') return openOrCreateKept(config);
  printError('store.kind is memory, so there is no audit log: its entry is printed here and kept nowhere.');
  return { stores: createMemoryStores() };
};
