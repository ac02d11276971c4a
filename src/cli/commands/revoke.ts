/** What must not be served any more, told to every gateway on the same database. */
import { createRevocations } from '#src/families/revocations';
import { createLiftRevocation, createRevoke } from '#src/flows/revoke';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { RevocationKind } from '#src/stores/ports';
import type { Values } from '../arguments.ts';
import { openUsedStores, settingsOf } from '../operator.ts';
import { print } from '../terminal.ts';
import { createAudit } from '../token/audit.ts';

const open = async (values: Values) => {
  const stores = await openUsedStores(await settingsOf(values));
  const revocations = createRevocations({
    store: stores.revocations,
    signIns: stores.signIns,
    clock: systemClock,
  });
  return { ...stores, revocations, [Symbol.asyncDispose]: () => stores.close() };
};

const verb =
  (kind: RevocationKind) =>
  async (values: Values, [id, ...others]: readonly string[]): Promise<void> => {
    const { reason = '', lift } = values;
    if (!id || others.length > 0 || id.length > 255)
      throw fail('config_invalid', { hint: `Give the id: kinpass revoke ${kind} <id>` });
    await using state = await open(values);
    const log = createAudit();
    if (lift === true) {
      const lifted = await createLiftRevocation({ ...state, log })({ kind, id });
      print(lifted ? `The ${kind} ${id} may be served again.` : `The ${kind} ${id} was not revoked.`);
      return;
    }
    // Gateways look at the database on every call; what they kept dies when they do.
    const revoke = createRevoke({ ...state, forgetServiceTokens: async () => undefined, log });
    const { at } = await revoke({ kind, id, reason: String(reason) });
    print(`The ${kind} ${id} is revoked since ${new Date(at).toISOString()}.`);
  };

export const account = verb('account');
export const instance = verb('instance');
export const jti = verb('jti');

const page = 500;

/** Newest first. */
export const list = async (values: Values): Promise<void> => {
  await using state = await open(values);
  let before: number | undefined;
  do {
    const { revocations, next } = await state.revocations.list({ limit: page, before });
    for (const { kind, id, at, reason } of revocations)
      print([new Date(at).toISOString(), kind.padEnd(8), id, reason].join('  ').trimEnd());
    before = next;
  } while (before !== undefined);
};
