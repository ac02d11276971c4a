import { createGatewayChecks } from '#src/checks/gateway/gateway-checks';
import { createResolveAddresses } from '#src/checks/gateway/resolve-addresses';
import type { Config } from '#src/config/schema';
import { systemClock as clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds as ids } from '#src/lib/ids';
import { createAdminClient } from '../admin-client.ts';
import { defineCommand } from '../command.ts';
import { keysToInspect } from '../keys/inspect.ts';
import { openOwnAdobe } from '../open-own-adobe.ts';
import { configOption } from '../options.ts';
import { reportOptions, runCheckCommand } from '../run-check-command.ts';
import { loadSettings } from '../settings.ts';

export const command = defineCommand({
  summary: 'Check what the gateway depends on; exit code 1 if a check failed (warnings do not)',
  options: {
    config: configOption,
    ...reportOptions,
    app: { type: 'string', value: 'id', help: 'ask Adobe about this app only' },
    'address-service': {
      type: 'string',
      value: 'url',
      help: "URL of a service that returns the caller's address (default: none)",
    },
  },
  async run(values) {
    const config = await loadSettings(values);
    await using keys = keysToInspect(config);
    const checks = createGatewayChecks({
      config,
      openKeys: keys.open,
      adobe: openOwnAdobe(config),
      admin: createAdminClient(config.admin),
      resolve: createResolveAddresses(),
      clock,
      ids,
      uid: process.getuid?.(),
      app: knownApp(config, values.app),
      addressService: urlOf(values['address-service']),
    });
    await runCheckCommand(checks, values);
  },
});

const knownApp = ({ apps }: Config, app: string | undefined): string | undefined => {
  if (app === undefined || apps.some(({ id }) => id === app)) return app;
  const hint = `there is no app "${app}". The apps are:\n${apps.map(({ id }) => id).join('\n')}`;
  throw fail('arguments_invalid', { field: '--app', hint });
};

const urlOf = (text: string | undefined): URL | undefined => {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw fail('arguments_invalid', {
    field: '--address-service',
    hint: `"${text}" is not a valid http(s) URL`,
  });
};
