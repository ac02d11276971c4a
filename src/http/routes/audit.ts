import { z } from 'zod';
import type { AuditStore } from '#src/stores/audit-ports';
import type { Handler } from '../context.ts';
import { guard, guardOut } from '../guard.ts';
import { prefersJsonLines, sendJsonLines } from '../json-lines.ts';

const pageSchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** Members that a later version wrote are kept: the hash covers them. */
const entrySchema = z.looseObject({
  seq: z.int(),
  at: z.int(),
  actor: z.string(),
  via: z.string(),
  source: z.string().nullable(),
  action: z.string(),
  target: z.looseObject({ kind: z.string(), id: z.string() }),
  outcome: z.string(),
  reason: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  previous: z.string(),
  hash: z.string(),
});

/** The audit log, oldest first: one page as JSON, or as JSON lines. */
export const createAuditHandler =
  ({ listAudit }: { readonly listAudit: AuditStore['list'] }): Handler =>
  async (ctx) => {
    const { after, limit } = guard(pageSchema, { ...ctx.query });
    const entries = guardOut(z.array(entrySchema), [...(await listAudit({ after, limit }))]);
    if (prefersJsonLines(ctx)) return sendJsonLines(ctx, entries);
    const next = entries.length === limit ? entries.at(-1)?.seq : undefined;
    ctx.body = { entries, ...(next !== undefined && { next }) };
  };
