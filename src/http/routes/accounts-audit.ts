import { z } from 'zod';
import { type FindingsPage, isCursor } from '#src/families/audit';
import type { Handler } from '../context.ts';
import { guard, guardOut } from '../guard.ts';
import { prefersJsonLines, sendJsonLines } from '../json-lines.ts';

interface Deps {
  readonly auditAccounts: (page: { after: string | undefined; limit: number }) => Promise<FindingsPage>;
}

const pageSchema = z.object({
  after: z.string().refine(isCursor, 'must be the value of next in another page').optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const findingSchema = z.strictObject({
  kind: z.string(),
  family: z.string().nullable(),
  account: z.string(),
  detail: z.string(),
});

/** What today's rules would not allow: one page as JSON, or as JSON lines whose `Link` leads on (RFC 8288). */
export const createAccountsAuditHandler =
  ({ auditAccounts }: Deps): Handler =>
  async (ctx) => {
    const { after, limit } = guard(pageSchema, { ...ctx.query });
    const { findings, next } = await auditAccounts({ after, limit });
    const shown = guardOut(z.array(findingSchema), [...findings]);
    if (next !== undefined)
      ctx.set(
        'Link',
        `<${ctx.path}?${new URLSearchParams({ after: next, limit: String(limit) })}>; rel="next"`,
      );
    if (prefersJsonLines(ctx)) sendJsonLines(ctx, shown);
    else ctx.body = { findings: shown, ...(next !== undefined && { next }) };
  };
