import { createRevocations } from '#src/families/revocations';
import { createLiftRevocation, createRevoke } from '#src/flows/revoke';
import { fail } from '#src/lib/errors';
import { isPlainText } from '#src/lib/text';
import type { RevocationKind } from '#src/stores/ports';
import { createTerminalTrail, terminalOperator } from './audit-trail.ts';
import { type Command, defineCommand } from './command.ts';
import { openExistingStores } from './open-stores.ts';
import { checkReason, configOption, reasonOption } from './options.ts';
import { type ConfigValues, loadSettings } from './settings.ts';
import { print } from './terminal.ts';

/** Opens the revocations that all gateways on the same database check on every call. */
export const openRevocations = async (values: ConfigValues) => {
  const stores = await openExistingStores(await loadSettings(values));
  const revocations = createRevocations({ store: stores.revocations });
  const { accounts, instances, audit } = stores;
  return { accounts, instances, audit, revocations, [Symbol.asyncDispose]: () => stores.close() };
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
      reason: reasonOption,
      lift: { type: 'boolean', help: 'lift the revocation' },
    },
    async run({ config, lift, ...values }, id) {
      if (!id || id.length > 255 || !isPlainText(id))
        throw fail('arguments_invalid', {
          hint: `Give a valid ${operand}: kinpass revoke ${kind} ${operand}`,
        });
      const reason = checkReason(values.reason);
      await using opened = await openRevocations({ config });
      const { accounts, instances, revocations } = opened;
      const auditTrail = createTerminalTrail(opened.audit);
      const operator = terminalOperator();
      if (lift) {
        const liftRevocation = createLiftRevocation({ revocations, auditTrail });
        const lifted = await liftRevocation({ kind, id, reason }, operator);
        print(lifted ? `The revocation of ${kind} ${id} is lifted.` : `The ${kind} ${id} was not revoked.`);
        return;
      }
      // Gateways check the database on every call, so there is no cache to clear from here.
      const forgetServiceTokens = async () => undefined;
      const revoke = createRevoke({ accounts, instances, revocations, forgetServiceTokens, auditTrail });
      const { at } = await revoke({ kind, id, reason }, operator);
      print(`The ${kind} ${id} is revoked since ${new Date(at).toISOString()}.`);
    },
  });
