import { createRevocations } from '#src/families/revocations';
import { createLiftRevocation, createRevoke } from '#src/flows/revoke';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { RevocationKind } from '#src/stores/ports';
import { createAuditLog } from './audit-log.ts';
import { type Command, defineCommand } from './command.ts';
import { openExistingStores } from './open-stores.ts';
import { configOption } from './options.ts';
import { type ConfigValues, loadSettings } from './settings.ts';
import { print } from './terminal.ts';

/** Opens the revocations that all gateways on the same database check on every call. */
export const openRevocations = async (values: ConfigValues) => {
  const stores = await openExistingStores(await loadSettings(values));
  const revocations = createRevocations({ store: stores.revocations, clock: systemClock });
  const { accounts, instances } = stores;
  return { accounts, instances, revocations, [Symbol.asyncDispose]: () => stores.close() };
};

/** A command that revokes one kind of thing, or lifts the revocation. */
export const defineRevokeCommand = (
  kind: RevocationKind,
  summary: string,
  operand: '<id>' | '<jti>',
): Command =>
  defineCommand({
    summary,
    operand,
    options: {
      config: configOption,
      reason: { type: 'string', value: 'text', help: 'shown by `kinpass revoke list`' },
      lift: { type: 'boolean', help: 'lift the revocation' },
    },
    async run({ config, reason = '', lift }, id) {
      if (!id || id.length > 255)
        throw fail('config_invalid', { hint: `Give a valid ${operand}: kinpass revoke ${kind} ${operand}` });
      await using opened = await openRevocations({ config });
      const { accounts, instances, revocations } = opened;
      const log = createAuditLog();
      if (lift) {
        const lifted = await createLiftRevocation({ revocations, log })({ kind, id });
        print(lifted ? `The revocation of ${kind} ${id} is lifted.` : `The ${kind} ${id} was not revoked.`);
        return;
      }
      // Gateways check the database on every call, so there is no cache to clear from here.
      const forgetServiceTokens = async () => undefined;
      const revoke = createRevoke({ accounts, instances, revocations, forgetServiceTokens, log });
      const { at } = await revoke({ kind, id, reason });
      print(`The ${kind} ${id} is revoked since ${new Date(at).toISOString()}.`);
    },
  });
