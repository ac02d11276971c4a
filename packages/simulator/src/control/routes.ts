import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import { duration } from '#src/duration';
import { faultRuleSchema } from '#src/faults/fault-schema';
import type { ScenarioInput } from '#src/scenarios/scenario';
import type { Control } from './control.ts';
import { BadRequest, type ControlRoute, readJson, respond } from './serve.ts';
import type { TokenRequest } from './tokens.ts';

type Routes = readonly ControlRoute[];

const param = (ctx: RouterContext, name: string): string => ctx.params[name] ?? '';

const logRoutes = (control: Control): Routes => [
  {
    method: 'get',
    path: '/requests',
    about: 'The request log: all requests to any party, oldest first',
    handle: (ctx) => respond(ctx, 200, control.requests()),
  },
  {
    method: 'delete',
    path: '/requests',
    about: 'Clear the request log',
    handle: (ctx) => {
      control.clearRequests();
      respond(ctx, 204);
    },
  },
];

const faultRoutes = ({ faults }: Control): Routes => [
  {
    method: 'get',
    path: '/faults',
    about: 'Injected faults, with the number of calls matched and affected',
    handle: (ctx) => respond(ctx, 200, faults.list()),
  },
  {
    method: 'post',
    path: '/faults',
    about: 'Inject a fault',
    handle: async (ctx) => respond(ctx, 201, faults.add(await readJson(ctx, faultRuleSchema))),
  },
  {
    method: 'delete',
    path: '/faults',
    about: 'Clear all faults',
    handle: (ctx) => {
      faults.clear();
      respond(ctx, 204);
    },
  },
  {
    method: 'delete',
    path: '/faults/:which',
    about: 'Remove faults by id or name',
    handle: (ctx) => respond(ctx, faults.remove(param(ctx, 'which')) > 0 ? 204 : 404),
  },
];

const startSchema = z.strictObject({
  name: z.string().optional(),
  scenario: z.custom<ScenarioInput>((value) => typeof value === 'object' && value !== null).optional(),
});

const scenarioRoutes = ({ scenarios }: Control): Routes => [
  {
    method: 'get',
    path: '/scenarios',
    about: 'Bundled scenarios and running scenarios',
    handle: async (ctx) =>
      respond(ctx, 200, {
        shipped: (await scenarios.shipped()).map(({ name, title, about }) => ({
          name,
          title,
          about: about ?? '',
        })),
        running: scenarios.running(),
      }),
  },
  {
    method: 'post',
    path: '/scenarios',
    about: 'Start a scenario',
    handle: async (ctx) => {
      const { name, scenario } = await readJson(ctx, startSchema);
      if ((name === undefined) === (scenario === undefined))
        throw new BadRequest('send either "name", a bundled scenario, or "scenario", an inline one');
      const shipped = (await scenarios.shipped()).map((known) => known.name);
      if (name !== undefined && !shipped.includes(name))
        throw new BadRequest(`name: must be one of ${shipped.join(', ')}`);
      respond(ctx, 201, await scenarios.start(scenario ?? name ?? ''));
    },
  },
  {
    method: 'delete',
    path: '/scenarios/:name',
    about: 'Stop a scenario and undo its effects',
    handle: (ctx) => respond(ctx, scenarios.stop(param(ctx, 'name')) ? 204 : 404),
  },
];

const advanceSchema = z.union(
  [z.strictObject({ ms: z.int().positive() }), z.strictObject({ by: duration })],
  'send {"by": "90s"} (units: ms, s, m, h, d) or {"ms": 90000}',
);

const timeRoutes = (control: Control): Routes => {
  const time = () => ({ now: new Date(control.now()).toISOString(), aheadMs: control.ahead() });
  return [
    {
      method: 'get',
      path: '/time',
      about: 'Simulated time, and how far it is ahead of real time',
      handle: (ctx) => respond(ctx, 200, time()),
    },
    {
      method: 'post',
      path: '/time',
      about: 'Advance the clock',
      handle: async (ctx) => {
        const request = await readJson(ctx, advanceSchema);
        control.advance('ms' in request ? request.ms : request.by);
        respond(ctx, 200, time());
      },
    },
  ];
};

const outageRoutes = (control: Control): Routes => [
  {
    method: 'get',
    path: '/outages',
    about: 'MVPDs that are down',
    handle: (ctx) => respond(ctx, 200, control.outages()),
  },
  {
    method: 'put',
    path: '/outages/:mvpd',
    about: 'Take an MVPD down: 503 for browsers and for Adobe',
    handle: (ctx) => {
      control.startOutage(param(ctx, 'mvpd'));
      respond(ctx, 204);
    },
  },
  {
    method: 'delete',
    path: '/outages/:mvpd',
    about: 'End the outage of an MVPD',
    handle: (ctx) => {
      control.endOutage(param(ctx, 'mvpd'));
      respond(ctx, 204);
    },
  },
];

const tokenRoutes = (control: Control): Routes => {
  const anything = z.custom<TokenRequest>((value) => typeof value === 'object' && value !== null);
  return [
    {
      method: 'post',
      path: '/identities/:party/id-token',
      about: 'An ID token as the provider’s SDK would return it',
      handle: async (ctx) =>
        respond(ctx, 200, {
          id_token: await control.idToken(param(ctx, 'party'), await readJson(ctx, anything)),
        }),
    },
    {
      method: 'post',
      path: '/identities/:party/access-token',
      about: 'An access token as the provider’s SDK would return it',
      handle: async (ctx) =>
        respond(ctx, 200, {
          access_token: await control.accessToken(param(ctx, 'party'), await readJson(ctx, anything)),
        }),
    },
  ];
};

const keySchema = z.union(
  [
    z.strictObject({ jwk: z.record(z.string(), z.json()), issuer: z.string().min(1).optional() }),
    z.strictObject({ pem: z.string().min(1), issuer: z.string().min(1).optional() }),
  ],
  'send {"jwk": {…}} or {"pem": "…"}, with "issuer" to limit the key to one iss',
);

const worldRoutes = (control: Control): Routes => [
  {
    method: 'get',
    path: '/fixtures',
    about: 'Users with passwords, apps, MVPDs, resources',
    handle: (ctx) => respond(ctx, 200, control.fixtures()),
  },
  {
    method: 'get',
    path: '/media-token-key',
    about: 'The public key that verifies media tokens',
    handle: async (ctx) => respond(ctx, 200, { pem: await control.mediaTokenKey() }),
  },
  {
    method: 'post',
    path: '/service-token-keys',
    about: 'Register a public key for service tokens with Adobe',
    handle: async (ctx) => {
      const given = await readJson(ctx, keySchema);
      try {
        control.trustServiceTokenKey('pem' in given ? given.pem : given.jwk, given.issuer);
      } catch (error) {
        throw new BadRequest(error instanceof Error ? error.message : 'the key cannot be parsed');
      }
      respond(ctx, 204);
    },
  },
  {
    method: 'post',
    path: '/reset',
    about: 'Reset to the fixtures and to real time',
    handle: (ctx) => {
      control.reset();
      respond(ctx, 204);
    },
  },
];

/** All routes of the control API, including those of single parties. */
export const controlRoutes = (control: Control, partyRoutes: Routes = []): Routes => {
  const routes: ControlRoute[] = [
    ...logRoutes(control),
    ...faultRoutes(control),
    ...scenarioRoutes(control),
    ...outageRoutes(control),
    ...timeRoutes(control),
    ...tokenRoutes(control),
    ...worldRoutes(control),
    ...partyRoutes,
    {
      method: 'get',
      path: '',
      about: 'This list',
      handle: (ctx) =>
        respond(
          ctx,
          200,
          routes.map(({ method, path, about }) => ({
            method: method.toUpperCase(),
            path: `/_control${path}`,
            about,
          })),
        ),
    },
  ];
  return routes;
};
