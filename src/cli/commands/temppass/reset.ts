import { openTempPassReset } from '#src/adobe-pass/open-temppass-reset';
import { createResetTempPass, resetRequest } from '#src/flows/reset-temppass';
import { systemClock as clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { issueText } from '#src/lib/issue-text';
import { createTerminalTrail, terminalOperator } from '../../audit-trail.ts';
import { defineCommand } from '../../command.ts';
import { openOwnAdobe } from '../../open-own-adobe.ts';
import { openExistingStores } from '../../open-stores.ts';
import { checkReason, configOption, reasonOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Reset the TempPass trials of a device, of a key or of all devices',
  options: {
    config: configOption,
    reason: reasonOption,
    'service-provider': { type: 'string', value: 'id', help: 'service provider of the TempPass' },
    mvpd: { type: 'string', value: 'id', help: 'id of the TempPass' },
    device: { type: 'string', value: 'id', help: 'device id, as in AP-Device-Identifier before Base64' },
    key: { type: 'string', value: 'hash', help: 'hash of an identity of a promotional TempPass' },
    'all-devices': { type: 'boolean', help: 'every trial of this TempPass' },
  },
  async run({ config: file, ...values }) {
    const reason = checkReason(values.reason);
    const request = requestOf(values);
    const config = await loadSettings({ config: file });
    const stores = await openExistingStores(config);
    const adobe = openOwnAdobe(config);
    try {
      const resetTempPass = createResetTempPass({
        apps: config.apps,
        reset: openTempPassReset(config.adobe, { adobe, clock }),
        auditTrail: createTerminalTrail(stores.audit),
      });
      await resetTempPass({ ...request, reason }, terminalOperator());
      print(`The trials of ${request.mvpd} are reset${request.allDevices ? ' for all devices' : ''}.`);
    } finally {
      adobe.close();
      await stores.close();
    }
  },
});

interface Given {
  readonly 'service-provider'?: string | undefined;
  readonly mvpd?: string | undefined;
  readonly device?: string | undefined;
  readonly key?: string | undefined;
  readonly 'all-devices'?: boolean | undefined;
}

/** Errors: arguments_invalid. */
const requestOf = ({ 'service-provider': serviceProvider, mvpd, device, key, ...rest }: Given) => {
  const given = { serviceProvider, mvpd, device, key, allDevices: rest['all-devices'] };
  const result = resetRequest.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = `--${String(issue?.path[0] ?? 'device').replace('serviceProvider', 'service-provider')}`;
  throw fail('arguments_invalid', { field, hint: issue ? issueText(issue, given) : 'see --help' });
};
