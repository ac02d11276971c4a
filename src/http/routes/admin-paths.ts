import type { Handler } from '../context.ts';
import { type AdminRow, adminPaths } from '../paths.ts';

/** What an operator finds on the admin listener. */
export const listAdminPaths: Handler = (ctx) => {
  const rows: readonly AdminRow[] = Object.values(adminPaths);
  ctx.body = {
    paths: rows.map(({ method, path, summary, role = null }) => ({ method, path, role, summary })),
  };
};
