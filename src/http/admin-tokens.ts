import { loopbackActor } from '#src/config/checks/admin';
import { type AdminRole, adminRoles } from '#src/config/schema/listeners';
import type { Operator } from '#src/flows/audit-trail';
import { fail, KinpassError } from '#src/lib/errors';
import { canonicalAddress, isLoopback } from '#src/lib/ip-address';
import { readBearer } from './bearer.ts';
import type { Context, Middleware } from './context.ts';
import { createFindByToken } from './find-by-token.ts';

export interface AdminToken {
  readonly id: string;
  readonly token: string;
  readonly roles: readonly AdminRole[];
}

type Caller = Omit<AdminToken, 'token'>;

/** Who may call a path. */
export interface AdminAccess {
  /** The role that the caller must have; undefined where anybody may call. */
  readonly role?: AdminRole;
  /** What callers without a token get, on paths that answer them too. */
  readonly withoutToken?: string;
}

/** Who calls a path that needs a role. */
export const operatorOf = (ctx: Context): Operator => {
  if (ctx.state.operator) return ctx.state.operator;
  throw fail('gateway_internal', { detail: 'this path does not require a role' });
};

/** Access by token. Without any token configured, this machine alone is served, and may do everything. */
export const createAdminAccess = (tokens: readonly AdminToken[]) => {
  const identify = tokens.length > 0 ? createIdentify(tokens) : identifyLocal;
  return {
    /** Any token will do. Callers without one do not learn which paths exist. */
    requireToken: (async (ctx, next) => {
      const caller = identify(ctx);
      if (caller instanceof KinpassError) throw caller;
      await next();
    }) satisfies Middleware,

    /** Errors: admin_token_required, admin_role_required, admin_loopback_only. */
    require:
      ({ role, withoutToken }: AdminAccess): Middleware =>
      async (ctx, next) => {
        if (role === undefined) return next();
        const caller = identify(ctx);
        if (caller instanceof KinpassError) {
          if (withoutToken === undefined || ctx.get('Authorization')) throw caller;
          return next();
        }
        if (!caller.roles.includes(role))
          throw fail('admin_role_required', {
            field: role,
            hint: `the token does not have the role ${role}`,
          });
        ctx.state.operator = { actor: caller.id, via: 'admin', source: remoteAddress(ctx) };
        return next();
      },
  };
};

const createIdentify = (tokens: readonly AdminToken[]) => {
  const findByToken = createFindByToken(tokens);
  return (ctx: Context): Caller | KinpassError => {
    const found = findByToken(tokenOf(ctx) ?? '');
    if (found) return found;
    const hint = ctx.get('Authorization')
      ? 'the one that was sent is not valid'
      : 'send one as Authorization: Bearer';
    return fail('admin_token_required', { field: 'Authorization', hint });
  };
};

const tokenOf = (ctx: Context): string | undefined => {
  try {
    return readBearer(ctx);
  } catch {
    return undefined;
  }
};

/** What proxies add to the requests of others. */
const forwardingFields = ['Forwarded', 'X-Forwarded-For', 'Via'];

/** Both ends of the connection are on this machine, and no proxy on it says that the request comes from outside. */
const identifyLocal = (ctx: Context): Caller | KinpassError => {
  const ends = [ctx.req.socket.localAddress, ctx.req.socket.remoteAddress];
  const isForwarded = forwardingFields.some((name) => ctx.get(name) !== '');
  return !isForwarded && ends.every((end) => end !== undefined && isLoopback(end))
    ? { id: loopbackActor, roles: adminRoles }
    : fail('admin_loopback_only');
};

const remoteAddress = (ctx: Context): string | null => {
  const { remoteAddress: address } = ctx.req.socket;
  return address === undefined ? null : (canonicalAddress(address) ?? address);
};
