import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import { duration } from '#src/duration';
import { faultOrderSchema } from '#src/fault-order';
import type { ScenarioInput } from '#src/scenarios/scenario';
import type { Control } from './control.ts';
import { BadRequest, type ControlRoute, read, say } from './serve.ts';
import type { TokenOrder } from './tokens.ts';

type Routes = readonly ControlRoute[];

const param = (ctx: RouterContext, name: string): string => ctx.params[name] ?? '';

const recordRoutes = (control: Control): Routes => [
  {
    method: 'get',
    path: '/requests',
    about: 'Everything that reached any party, oldest first',
    handle: (ctx) => say(ctx, 200, control.requests()),
  },
  {
    method: 'delete',
    path: '/requests',
    about: 'Forget what reached the parties',
    handle: (ctx) => {
      control.clearRequests();
      say(ctx, 204);
    },
  },
];

const faultRoutes = ({ faults }: Control): Routes => [
  {
    method: 'get',
    path: '/faults',
    about: 'Faults on order: what they matched and met',
    handle: (ctx) => say(ctx, 200, faults.list()),
  },
  {
    method: 'post',
    path: '/faults',
    about: 'Order a fault',
    handle: async (ctx) => say(ctx, 201, faults.add(await read(ctx, faultOrderSchema))),
  },
  {
    method: 'delete',
    path: '/faults',
    about: 'Nothing fails any more',
    handle: (ctx) => {
      faults.clear();
      say(ctx, 204);
    },
  },
  {
    method: 'delete',
    path: '/faults/:which',
    about: 'Take back faults by their id or name',
    handle: (ctx) => say(ctx, faults.remove(param(ctx, 'which')) > 0 ? 204 : 404),
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
    about: 'Scenarios of the package, and those that run',
    handle: async (ctx) =>
      say(ctx, 200, {
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
      const { name, scenario } = await read(ctx, startSchema);
      if ((name === undefined) === (scenario === undefined))
        throw new BadRequest('send either "name", one of the package, or "scenario", told outright');
      const shipped = (await scenarios.shipped()).map((known) => known.name);
      if (name !== undefined && !shipped.includes(name))
        throw new BadRequest(`name: one of ${shipped.join(', ')}`);
      say(ctx, 201, await scenarios.start(scenario ?? name ?? ''));
    },
  },
  {
    method: 'delete',
    path: '/scenarios/:name',
    about: 'Stop a scenario; all that it brought is gone',
    handle: (ctx) => say(ctx, scenarios.stop(param(ctx, 'name')) ? 204 : 404),
  },
];

const advanceSchema = z.union(
  [z.strictObject({ ms: z.int().positive() }), z.strictObject({ by: duration })],
  'send {"by": "90s"} (a number and ms, s, m, h or d) or {"ms": 90000}',
);

const timeRoutes = (control: Control): Routes => {
  const time = () => ({ now: new Date(control.now()).toISOString(), aheadMs: control.ahead() });
  return [
    {
      method: 'get',
      path: '/time',
      about: "The world's time, and how far it is ahead of the machine's",
      handle: (ctx) => say(ctx, 200, time()),
    },
    {
      method: 'post',
      path: '/time',
      about: 'Move the world on',
      handle: async (ctx) => {
        const order = await read(ctx, advanceSchema);
        control.advance('ms' in order ? order.ms : order.by);
        say(ctx, 200, time());
      },
    },
  ];
};

const outageRoutes = (control: Control): Routes => [
  {
    method: 'get',
    path: '/outages',
    about: 'MVPDs that are out',
    handle: (ctx) => say(ctx, 200, control.outages()),
  },
  {
    method: 'put',
    path: '/outages/:mvpd',
    about: 'An MVPD answers 503, to browsers and to Adobe',
    handle: (ctx) => {
      control.startOutage(param(ctx, 'mvpd'));
      say(ctx, 204);
    },
  },
  {
    method: 'delete',
    path: '/outages/:mvpd',
    about: 'The MVPD is back',
    handle: (ctx) => {
      control.endOutage(param(ctx, 'mvpd'));
      say(ctx, 204);
    },
  },
];

const tokenRoutes = (control: Control): Routes => {
  const anything = z.custom<TokenOrder>((value) => typeof value === 'object' && value !== null);
  return [
    {
      method: 'post',
      path: '/identities/:party/id-token',
      about: 'An ID token as an SDK would get it',
      handle: async (ctx) =>
        say(ctx, 200, { id_token: await control.idToken(param(ctx, 'party'), await read(ctx, anything)) }),
    },
    {
      method: 'post',
      path: '/identities/:party/access-token',
      about: 'An access token as an SDK would get it',
      handle: async (ctx) =>
        say(ctx, 200, {
          access_token: await control.accessToken(param(ctx, 'party'), await read(ctx, anything)),
        }),
    },
  ];
};

const keySchema = z.union(
  [
    z.strictObject({ jwk: z.record(z.string(), z.json()), issuer: z.string().min(1).optional() }),
    z.strictObject({ pem: z.string().min(1), issuer: z.string().min(1).optional() }),
  ],
  'send {"jwk": {…}} or {"pem": "…"}, with "issuer" if the key counts for one iss alone',
);

const worldRoutes = (control: Control): Routes => [
  {
    method: 'get',
    path: '/fixtures',
    about: 'Users with passwords, apps, MVPDs, resources',
    handle: (ctx) => say(ctx, 200, control.fixtures()),
  },
  {
    method: 'get',
    path: '/media-token-key',
    about: 'The public key that verifies media tokens',
    handle: async (ctx) => say(ctx, 200, { pem: await control.mediaTokenKey() }),
  },
  {
    method: 'post',
    path: '/service-token-keys',
    about: 'Hand Adobe a public key for service tokens',
    handle: async (ctx) => {
      const given = await read(ctx, keySchema);
      try {
        control.trustServiceTokenKey('pem' in given ? given.pem : given.jwk, given.issuer);
      } catch (error) {
        throw new BadRequest(error instanceof Error ? error.message : 'the key cannot be read');
      }
      say(ctx, 204);
    },
  },
  {
    method: 'post',
    path: '/reset',
    about: 'Back to the fixtures and to the time of the machine',
    handle: (ctx) => {
      control.reset();
      say(ctx, 204);
    },
  },
];

/** Every line of the control API; those of single parties come in from their own files. */
export const controlRoutes = (control: Control, ofParties: Routes = []): Routes => {
  const routes: ControlRoute[] = [
    ...recordRoutes(control),
    ...faultRoutes(control),
    ...scenarioRoutes(control),
    ...outageRoutes(control),
    ...timeRoutes(control),
    ...tokenRoutes(control),
    ...worldRoutes(control),
    ...ofParties,
    {
      method: 'get',
      path: '',
      about: 'This list',
      handle: (ctx) =>
        say(
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
