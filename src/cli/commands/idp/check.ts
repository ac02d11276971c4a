import { createProviderChecks } from '#src/checks/provider/provider-checks';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { reportOptions, runCheckCommand } from '../../run-check-command.ts';
import { loadSettings } from '../../settings.ts';

export const command = defineCommand({
  summary: 'Check an identity provider and how the gateway is registered there',
  operand: '<provider>',
  options: { config: configOption, ...reportOptions },
  async run(values, id) {
    const settings = await loadSettings(values);
    const config = settings.identityProviders.find((provider) => provider.id === id);
    if (!config) {
      const known = settings.identityProviders.map((provider) => provider.id).join(', ');
      throw fail('arguments_invalid', {
        field: '<provider>',
        hint: `there is no provider "${id}"; there are: ${known}`,
      });
    }
    const checks = createProviderChecks({ ...settings, config }, { clock: systemClock, ids: systemIds });
    await runCheckCommand(checks, values);
  },
});
