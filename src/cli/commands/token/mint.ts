import { decodeJwt } from 'jose';
import type { Config } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createIssueServiceToken, type IssueServiceToken } from '#src/service-token/issue';
import { inspectKeys, testedSigner } from '#src/signing-keys/admin/key-manager';
import { keyRecordsIn } from '#src/signing-keys/load-keys';
import type { Kept } from '#src/stores/open';
import { createTerminalTrail, terminalOperator } from '../../audit-trail.ts';
import { defineCommand } from '../../command.ts';
import { confirm } from '../../confirm.ts';
import { openConfiguredKeys } from '../../keys/open.ts';
import { openExistingKept } from '../../open-stores.ts';
import { checkReason, configOption, reasonOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { print } from '../../terminal.ts';
import { mintTarget } from '../../token/mint-target.ts';

/**
 * Issues a token as the gateway would. Only the token goes to stdout. Errors: config_invalid, keys_invalid,
 * confirmation_missing, gateway_not_found, gateway_revoked, gateway_service_token_unavailable.
 */
export const command = defineCommand({
  summary: 'Issue a service token of an account or subject, to stdout',
  options: {
    config: configOption,
    account: { type: 'string', value: 'id', help: 'the account' },
    subject: { type: 'string', value: 'sub', help: 'or the subject itself, with --family' },
    family: { type: 'string', value: 'id', help: 'the family of the subject' },
    reason: reasonOption,
    yes: { type: 'boolean', help: 'do not ask for confirmation in production' },
  },
  async run(values) {
    const reason = checkReason(values.reason);
    const config = await loadSettings(values);
    const kept = await openExistingKept(config);
    await using stores = kept.stores;
    const target = await mintTarget(values, config, kept);
    if (config.production && !values.yes)
      await confirm(
        [target.name],
        ['This is a production configuration: until the token expires, its holder is this viewer to Adobe.'],
      );
    const token = await createTerminalTrail(stores.audit).recordAction(
      terminalOperator(),
      { action: 'service-token.mint', target: { kind: target.kind, id: target.name }, reason },
      async () => target.mint(await openIssuer(config, kept)),
      (minted) => {
        const { jti = '', exp = 0 } = decodeJwt(minted);
        return { details: { jti, exp } };
      },
    );
    print(token);
  },
});

/** Signs with the active key and does not change the ledger. */
const openIssuer = async (config: Config, kept: Kept): Promise<IssueServiceToken> => {
  const { manager } = await openConfiguredKeys(config, async () => kept);
  const { entries, rotation } = await inspectKeys(manager);
  const key = rotation.active === undefined ? undefined : keyRecordsIn(entries).get(rotation.active);
  if (!key)
    throw fail('gateway_service_token_unavailable', {
      hint: 'There is no active signing key. For the next step, run kinpass keys list.',
    });
  const { kid, object } = key;
  const signing = { kid, ...(await testedSigner(manager, key)) };
  const keys = {
    signing: () => signing,
    publicKey: (wanted: string) => (wanted === kid ? object : undefined),
  };
  return createIssueServiceToken({ keys, clock: systemClock, ids: systemIds, maxKept: 1 });
};
