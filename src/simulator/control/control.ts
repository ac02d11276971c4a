/**
 * The control API under `/_control`, for tests, demos and people: what reached the parties, faults, tokens as an
 * SDK would hand them out, keys, fixtures. It owns no state of its own, and no request to it is recorded.
 */
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import { KinpassError } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import { type Faults, faultOrderSchema } from '../faults.ts';
import type { Fixtures } from '../fixtures.ts';
import type { IdentityParty } from '../party.ts';
import type { Recording } from '../recording.ts';
import { mediaType, type Route, readBody } from '../site.ts';

interface Deps {
  readonly recording: Recording;
  readonly faults: Faults;
  readonly fixtures: Fixtures;
  /** Known only once everything listens. */
  readonly identityParty: (name: string) => IdentityParty | undefined;
  readonly trustServiceTokenKey: (key: JsonObject | string, issuer?: string) => void;
  readonly mediaTokenKey: () => Promise<string>;
  readonly reset: () => void;
}

const mintSchema = (fixtures: Fixtures) =>
  z.strictObject({
    user: z.enum(fixtures.users.map(({ id }) => id)),
    audience: z.string().optional(),
    nonce: z.string().optional(),
    expiresIn: z.number().int().optional(),
    claims: z.record(z.string(), z.json()).optional(),
  });

const keySchema = z.union(
  [
    z.strictObject({ jwk: z.record(z.string(), z.json()), issuer: z.string().min(1).optional() }),
    z.strictObject({ pem: z.string().min(1), issuer: z.string().min(1).optional() }),
  ],
  'send {"jwk": {…}} or {"pem": "…"}, with "issuer" if the key counts for one iss alone',
);

class BadRequest extends Error {}

const read = async <S extends z.ZodType>(ctx: RouterContext, schema: S): Promise<z.output<S>> => {
  // A page of another origin cannot send this type without asking first.
  if (mediaType(ctx.headers['content-type']) !== 'application/json')
    throw new BadRequest('send Content-Type: application/json');
  const text = await readBody(ctx.req);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadRequest('the body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
  return parsed.data;
};

const say = (ctx: RouterContext, status: number, body?: object): void => {
  ctx.status = status;
  if (body) ctx.body = body;
};

/** Errors of the control API are its own: `{error}` in words, 400. */
const guarded =
  (handle: (ctx: RouterContext) => Promise<void> | void): Route['handle'] =>
  async (ctx) => {
    try {
      await handle(ctx);
    } catch (error) {
      if (error instanceof KinpassError) return say(ctx, 400, { error: error.hint ?? error.message });
      if (!(error instanceof BadRequest)) throw error;
      say(ctx, 400, { error: error.message });
    }
  };

const mintRoutes = ({ identityParty, fixtures }: Pick<Deps, 'identityParty' | 'fixtures'>) => {
  const schema = mintSchema(fixtures);
  const mint = async (ctx: RouterContext, kind: 'mintIdToken' | 'mintAccessToken', answer: string) => {
    const mintToken = identityParty(ctx.params['party'] ?? '')?.[kind];
    if (!mintToken) throw new BadRequest(`"${ctx.params['party']}" hands out no such token`);
    say(ctx, 200, { [answer]: await mintToken(await read(ctx, schema)) });
  };
  return [
    {
      path: '/identities/:party/id-token',
      handle: (ctx: RouterContext) => mint(ctx, 'mintIdToken', 'id_token'),
    },
    {
      path: '/identities/:party/access-token',
      handle: (ctx: RouterContext) => mint(ctx, 'mintAccessToken', 'access_token'),
    },
  ].map((route) => ({ ...route, method: 'post' as const }));
};

const recordRoutes = ({ recording, faults }: Pick<Deps, 'recording' | 'faults'>) => [
  {
    method: 'get' as const,
    path: '/requests',
    handle: (ctx: RouterContext) => say(ctx, 200, recording.list()),
  },
  {
    method: 'delete' as const,
    path: '/requests',
    handle: (ctx: RouterContext) => {
      recording.clear();
      say(ctx, 204);
    },
  },
  {
    method: 'post' as const,
    path: '/faults',
    handle: async (ctx: RouterContext) => {
      const order = await read(ctx, faultOrderSchema);
      faults.add(order);
      say(ctx, 201, order);
    },
  },
  {
    method: 'delete' as const,
    path: '/faults',
    handle: (ctx: RouterContext) => {
      faults.clear();
      say(ctx, 204);
    },
  },
];

const worldRoutes = ({ fixtures, reset, trustServiceTokenKey, mediaTokenKey }: Deps) => [
  { method: 'get' as const, path: '/fixtures', handle: (ctx: RouterContext) => say(ctx, 200, fixtures) },
  {
    method: 'get' as const,
    path: '/media-token-key',
    handle: async (ctx: RouterContext) => say(ctx, 200, { pem: await mediaTokenKey() }),
  },
  {
    method: 'post' as const,
    path: '/reset',
    handle: (ctx: RouterContext) => {
      reset();
      say(ctx, 204);
    },
  },
  {
    method: 'post' as const,
    path: '/service-token-keys',
    handle: async (ctx: RouterContext) => {
      const given = await read(ctx, keySchema);
      try {
        trustServiceTokenKey('pem' in given ? given.pem : given.jwk, given.issuer);
      } catch (error) {
        throw new BadRequest(error instanceof Error ? error.message : 'the key cannot be read');
      }
      say(ctx, 204);
    },
  },
];

export const createControl = (deps: Deps): Route[] =>
  [...recordRoutes(deps), ...worldRoutes(deps), ...mintRoutes(deps)].map(({ method, path, handle }) => ({
    ...{ operation: 'control', method, path: `/_control${path}` },
    handle: guarded(handle),
  }));
