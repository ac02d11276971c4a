import type { AdminRole } from '#src/config/schema/listeners';
import { createAdminClient } from '../admin-client.ts';
import { defineCommand, type Values } from '../command.ts';
import { configOption, parseOrigin } from '../options.ts';
import { print } from '../terminal.ts';

const options = {
  config: configOption,
  admin: { type: 'string', value: 'url', help: 'admin listener (default: as configured)' },
  json: { type: 'boolean', help: 'print what the gateway answers, as JSON' },
  quiet: { type: 'boolean', help: 'print nothing while it is ready; for health checks of containers' },
} as const;

/** Exit codes: 0 ready, 1 not ready or not reached. Health checks run it every few seconds: settings are read if needed only. */
export const command = defineCommand({
  summary: 'Ask the running gateway whether it is ready, and what needs attention',
  options,
  async run(values) {
    const { client, role } = await connect(values);
    const { status, body } = await client.get('/readyz', role);
    const isReady = status === 200;
    if (values.json) print(JSON.stringify(body, null, 2));
    else if (!values.quiet || !isReady) {
      const { healthLines } = await import('../health-report.ts');
      const lines = healthLines(client.origin, body);
      for (const line of values.quiet ? lines.slice(0, 1) : lines) print(line);
    }
    if (!isReady) process.exit(1);
  },
});

const defaults = { host: '127.0.0.1', port: 8081, allowedHosts: [], tokens: [] };

/** The status needs no token, the details do. */
const connect = async (values: Values<typeof options>) => {
  const { admin, quiet } = values;
  const file = values.config ?? process.env['KINPASS_CONFIG'];
  const needsSettings = file !== undefined && !(admin !== undefined && quiet);
  const settings = needsSettings
    ? await (await import('../admin-settings.ts')).loadAdminSettings(file)
    : defaults;
  const origin = admin === undefined ? undefined : parseOrigin(admin, '--admin', 'http://127.0.0.1:8081');
  const role: AdminRole = 'read';
  const hasToken = settings.tokens.some(({ roles }) => roles.includes(role));
  return {
    client: createAdminClient(settings, origin),
    role: hasToken && !quiet ? role : undefined,
  };
};
