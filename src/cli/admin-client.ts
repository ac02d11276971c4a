import { z } from 'zod';
import type { Config } from '#src/config/schema';
import type { AdminRole } from '#src/config/schema/listeners';
import { fail, type KinpassError } from '#src/lib/errors';

type AdminSettings = Config['admin'];

export interface AdminAnswer {
  readonly status: number;
  /** Parsed JSON, for the caller to check. */
  readonly body: unknown;
}

export interface AdminClient {
  /** Where it calls. */
  readonly origin: string;
  /**
   * GET with the first token that has `role`; without a role, or without any token configured, as anybody.
   * Errors: config_invalid if no token has the role; admin_unreachable, admin_refused.
   */
  get(path: string, role?: AdminRole): Promise<AdminAnswer>;
}

/** Milliseconds. */
const timeout = 10_000;

/**
 * Calls the admin listener of the gateway that runs with these settings, on this machine or where `host` says; or the
 * one at `origin`.
 */
export const createAdminClient = (settings: AdminSettings, origin = originOf(settings)): AdminClient => {
  return {
    origin,
    async get(path, role) {
      const headers = { accept: 'application/json', ...authorization(settings, role) };
      const signal = AbortSignal.timeout(timeout);
      const response = await fetch(origin + path, { headers, redirect: 'error', signal }).catch(
        (cause: unknown) => {
          throw unreachable(
            `No gateway answers at ${origin}: is it running, with this configuration?`,
            cause,
          );
        },
      );
      const body: unknown = await response.json().catch((cause: unknown) => {
        throw unreachable(`What answers at ${origin} is not Kinpass: its answer is not JSON.`, cause);
      });
      if ([401, 403, 421].includes(response.status)) throw refused(origin, body);
      return { status: response.status, body };
    },
  };
};

/** A listener on every address is reached on loopback. */
const originOf = ({ host, port }: AdminSettings): string => {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
};

const authorization = ({ tokens }: AdminSettings, role: AdminRole | undefined) => {
  if (role === undefined || tokens.length === 0) return {};
  const token = tokens.find(({ roles }) => roles.includes(role))?.token;
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  throw fail('config_invalid', { field: 'admin.tokens', hint: `no token has the role ${role}` });
};

const unreachable = (hint: string, cause: unknown): KinpassError =>
  fail('admin_unreachable', { hint, cause });

const problem = z.object({ title: z.string(), detail: z.string().optional() });

/** The gateway may run with other tokens or names than this configuration has. */
const refused = (origin: string, body: unknown): KinpassError => {
  const { data } = problem.safeParse(body);
  const said = data ? `${[data.title.replace(/\.$/, ''), data.detail].filter(Boolean).join(': ')}.` : '';
  return fail('admin_refused', {
    hint: `${origin}: ${said}\nDoes the gateway run with this configuration? Changes of admin take effect at its next start.`,
  });
};
