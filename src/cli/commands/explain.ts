import { z } from 'zod';
import { jsonReport, textReport } from '#src/checks/report';
import { fail } from '#src/lib/errors';
import { createAdminClient } from '../admin-client.ts';
import { loadAdminSettings } from '../admin-settings.ts';
import { defineCommand } from '../command.ts';
import { configOption } from '../options.ts';
import { marks } from '../run-check-command.ts';
import { requireConfigFile } from '../settings.ts';
import { print } from '../terminal.ts';

const answer = z.object({
  shared: z.boolean(),
  finding: z.string().optional(),
  mvpd: z.string().optional(),
  checks: z.array(
    z.object({
      id: z.string(),
      question: z.string(),
      verdict: z.enum(['ok', 'failed', 'skipped']),
      summary: z.string(),
      facts: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
        .exactOptional(),
      cure: z.string().exactOptional(),
    }),
  ),
});

const problem = z.object({ title: z.string(), detail: z.string().optional() });

export const command = defineCommand({
  summary:
    'Say why an installation finds no TV-provider profile of its viewer; exit code 1 if something prevents it',
  options: {
    config: configOption,
    instance: { type: 'string', value: 'id', help: 'the installation, as in the log' },
    account: { type: 'string', value: 'id', help: 'the viewer (default: the first one who signed in there)' },
    'service-provider': { type: 'string', value: 'id', help: 'for which the app asks' },
    mvpd: { type: 'string', value: 'id', help: "TV provider (default: that of the viewer's last login)" },
    json: { type: 'boolean', help: 'print the report as JSON' },
  },
  async run({ config: file, json, instance, account, mvpd, 'service-provider': serviceProvider }) {
    const question = {
      instance: required(instance, '--instance'),
      serviceProvider: required(serviceProvider, '--service-provider'),
      ...(account !== undefined && { account }),
      ...(mvpd !== undefined && { mvpd }),
    };
    const client = createAdminClient(await loadAdminSettings(requireConfigFile({ config: file })));
    const { status, body } = await client.get(`/explain?${new URLSearchParams(question)}`, 'accounts');
    if (status !== 200) throw refused(body);
    const { shared, finding, checks } = answer.parse(body);
    const results = checks.map((check) => ({ ...check, took: 0 }));
    if (json) print(JSON.stringify({ shared, finding, ...jsonReport(results) }, null, 2));
    else for (const line of textReport(results, marks)) print(line);
    if (finding !== undefined) process.exit(1);
  },
});

const required = (value: string | undefined, option: string): string => {
  if (value !== undefined && value !== '') return value;
  throw fail('arguments_invalid', { field: option, hint: 'is required' });
};

const refused = (body: unknown) => {
  const { data } = problem.safeParse(body);
  return fail('arguments_invalid', { hint: data?.detail ?? data?.title ?? 'the gateway could not answer' });
};
