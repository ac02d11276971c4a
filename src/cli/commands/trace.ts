import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { createAdminClient } from '../admin-client.ts';
import { loadAdminSettings } from '../admin-settings.ts';
import { defineCommand } from '../command.ts';
import { configOption } from '../options.ts';
import { requireConfigFile } from '../settings.ts';
import { print } from '../terminal.ts';
import { traceLines, traceReport } from '../trace-lines.ts';

export const command = defineCommand({
  summary: 'Say what was asked with a request that failed, and where it ended',
  operand: '<request id>',
  options: {
    config: configOption,
    json: { type: 'boolean', help: 'print what is kept as JSON' },
  },
  async run({ config, json }, id) {
    const client = createAdminClient(await loadAdminSettings(requireConfigFile({ config })));
    const { status, body } = await client.get(`/requests/${encodeURIComponent(id)}`, 'read');
    if (status !== 200) throw refused(body);
    if (json) print(JSON.stringify(body, null, 2));
    else for (const line of traceLines(traceReport.parse(body))) print(line);
  },
});

const problem = z.object({ title: z.string(), detail: z.string().optional() });

const refused = (body: unknown) => {
  const { data } = problem.safeParse(body);
  return fail('arguments_invalid', {
    field: 'request id',
    hint: data?.detail ?? data?.title ?? 'the gateway could not answer',
  });
};
