import { z } from 'zod';
import { createInvalidate, invalidationRequest } from '#src/flows/invalidate';
import { createPublishDrop } from '#src/known-answers/publish-drop';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { issueText } from '#src/lib/issue-text';
import { createTerminalTrail, terminalOperator } from '../audit-trail.ts';
import { defineCommand } from '../command.ts';
import { openExistingStores } from '../open-stores.ts';
import { checkReason, configOption, reasonOption } from '../options.ts';
import { loadSettings } from '../settings.ts';
import { print } from '../terminal.ts';

export const command = defineCommand({
  summary: 'Forget answers of Adobe about an account, a subject, a device, an MVPD or a service provider',
  options: {
    config: configOption,
    reason: reasonOption,
    account: { type: 'string', value: 'id', help: 'account of the viewer' },
    subject: { type: 'string', value: 'sub', help: 'subject of the service token' },
    device: { type: 'string', value: 'id', help: 'device id, as in AP-Device-Identifier before Base64' },
    mvpd: { type: 'string', value: 'id', help: 'id of the MVPD' },
    'service-provider': { type: 'string', value: 'id', help: 'id of the service provider' },
  },
  async run({ config, ...values }) {
    const request = requestOf(values);
    await using stores = await openExistingStores(await loadSettings({ config }));
    const publish = createPublishDrop({ stores, clock: systemClock, process: 'kinpass invalidate' });
    // Every gateway on this database reads the change within a second.
    const invalidate = createInvalidate({
      accounts: stores.accounts,
      drop: (notice) => publish({ notice }),
      auditTrail: createTerminalTrail(stores.audit),
    });
    await invalidate(request, terminalOperator());
    print('Gateways on this database ask Adobe again from now on, within a second.');
  },
});

type Given = Readonly<
  Partial<
    Record<'account' | 'subject' | 'device' | 'mvpd' | 'service-provider' | 'reason', string | undefined>
  >
>;

/** Errors: arguments_invalid. */
const requestOf = ({ 'service-provider': serviceProvider, reason, ...rest }: Given) => {
  const given = { ...rest, serviceProvider, reason: checkReason(reason) };
  const result = invalidationRequest(z.string()).safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = `--${String(issue?.path[0] ?? 'account').replace('serviceProvider', 'service-provider')}`;
  const hint = issue ? issueText(issue, given).replace('serviceProvider', 'service-provider') : 'see --help';
  throw fail('arguments_invalid', { field, hint });
};
