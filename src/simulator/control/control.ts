/**
 * The control API under `/_control`, for tests, demos and people: what reached the parties, faults, tokens as an
 * SDK would hand them out, keys, fixtures. It owns no state of its own, and no request to it is recorded.
 */
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { JsonObject } from '#src/lib/json';
import { type Faults, faultOrderSchema } from '../faults.ts';
import type { Fixtures } from '../fixtures.ts';
import type { IdentityParty } from '../party.ts';
import type { Recording } from '../recording.ts';
import type { Route } from '../site.ts';
import { BadRequest, type ControlRoute, guarded, read, say } from './serve.ts';

interface Deps {
  readonly recording: Recording;
  readonly faults: Faults;
  readonly fixtures: Fixtures;
  /** Known only once everything listens. */
  readonly identityParty: (name: string) => IdentityParty | undefined;
  readonly trustServiceTokenKey: (key: JsonObject | string, issuer?: string) => void;
  readonly mediaTokenKey: () => Promise<string>;
  readonly reset: () => void;
  /** Routes of other files, under the same prefix. */
  readonly more: readonly ControlRoute[];
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
  [...recordRoutes(deps), ...worldRoutes(deps), ...mintRoutes(deps), ...deps.more].map(({ method, path, handle }) => ({
    ...{ operation: 'control', method, path: `/_control${path}` },
    handle: guarded(handle),
  }));
