/**
 * Control of the simulated Adobe Pass: switches, degradation, integrations, standing of apps, what MVPDs say, and
 * the tokens that only devices and dashboards have. State lives with Adobe Pass; here are the words for it.
 */
import { z } from 'zod';
import type { AdobeInside, AdobePass } from '#src/adobe-pass/adobe-pass';
import { anywhere } from '#src/adobe-pass/configuration/degradations';
import { refusalCodes } from '#src/adobe-pass/errors/refusal';
import { platformNames } from '#src/adobe-pass/platform-sso/platform-identity';
import { type SwitchBoard, switchesSchema } from '#src/adobe-pass/switches';
import type { Fixtures } from '#src/fixtures';
import { BadRequest, type ControlRoute, read, say } from './serve.ts';

interface Framed {
  readonly mvpd: string;
  readonly username: string;
  readonly authenticationRequest: string;
}

interface Deps {
  readonly fixtures: Fixtures;
  readonly switches: SwitchBoard;
  /** Known only once everything listens. */
  readonly adobe: () => AdobePass | undefined;
  /** A platform's account framework on a device; null when it can sign nobody in. */
  readonly framework: (order: Framed) => Promise<string | null>;
}

const insideOf = ({ adobe }: Deps): AdobeInside => {
  const inside = adobe()?.inside;
  if (!inside) throw new BadRequest('the simulator is still starting');
  return inside;
};

const schemasOf = ({ fixtures }: Deps) => {
  const ids = (list: readonly { readonly id: string }[]) => z.enum(list.map(({ id }) => id));
  const serviceProvider = ids(fixtures.serviceProviders);
  const mvpd = ids(fixtures.mvpds);
  const code = z.enum(refusalCodes);
  const misconfigurations = code.refine(
    (value) => value.startsWith('invalid_configuration_'),
    'one of invalid_configuration_*',
  );
  return {
    switches: z.record(z.string(), z.json()),
    degradation: z.strictObject({
      rule: z.enum(['AuthNAll', 'AuthZAll', 'AuthZNone']),
      serviceProvider: serviceProvider.optional(),
      mvpd: mvpd.optional(),
      until: z.iso.datetime({ offset: true }).optional(),
      message: z.string().min(1).optional(),
    }),
    integration: z.strictObject({
      serviceProvider,
      mvpd,
      enabled: z.boolean().optional(),
      authPerAggregator: z.boolean().optional(),
      dummyAuthorization: z.boolean().optional(),
      misconfigured: z.array(misconfigurations).optional(),
    }),
    app: z.strictObject({
      app: ids(fixtures.apps),
      softwareStatement: z.enum(['active', 'unapproved', 'revoked']),
    }),
    verdict: z.strictObject({
      serviceProvider: serviceProvider.optional(),
      mvpd: mvpd.optional(),
      resource: z.string().optional(),
      operation: z.enum(['preauthorize', 'authorize']).optional(),
      times: z.number().int().positive().optional(),
      verdict: z.union([
        z.strictObject({ code, details: z.string().optional() }),
        z.strictObject({
          permit: z.literal(true),
          attributes: z.record(z.string(), z.json()).optional(),
        }),
      ]),
    }),
    invalidation: z.strictObject({ mvpd, userId: z.string().optional() }),
    framework: z.strictObject({ mvpd, username: z.string(), authenticationRequest: z.string() }),
    platformToken: z.strictObject({
      platform: z.enum(platformNames),
      subject: z.string().min(1),
      expiresIn: z.number().int().optional(),
    }),
  };
};

const switchRoutes = ({ switches }: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'get',
    path: '/switches',
    about: 'How Adobe behaves where its documentation is silent',
    handle: (ctx) => say(ctx, 200, switches.now),
  },
  {
    method: 'put',
    path: '/switches',
    about: 'Turn switches; those not named stay',
    handle: async (ctx) => {
      const changes = await read(ctx, schemas.switches);
      const parsed = switchesSchema.safeParse({ ...switches.now, ...changes });
      if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
      switches.set(parsed.data);
      say(ctx, 200, switches.now);
    },
  },
];

const degradationRoutes = (deps: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/degradation',
    about: 'Put a degradation rule in force',
    handle: async (ctx) => {
      const { rule, serviceProvider, mvpd, until, message } = await read(ctx, schemas.degradation);
      const { degradations, clock } = insideOf(deps);
      degradations.set(
        { serviceProvider: serviceProvider ?? anywhere, mvpd: mvpd ?? anywhere },
        {
          rule,
          since: clock.now(),
          message: message ?? null,
          until: until === undefined ? null : Date.parse(until),
        },
      );
      say(ctx, 204);
    },
  },
  {
    method: 'delete',
    path: '/degradation',
    about: 'No degradation any more',
    handle: (ctx) => {
      insideOf(deps).degradations.clear();
      say(ctx, 204);
    },
  },
];

const settingRoutes = (deps: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/integrations',
    about: 'Change an integration: enabled, authPerAggregator, dummyAuthorization, misconfigured',
    handle: async (ctx) => {
      const { serviceProvider, mvpd, ...changes } = await read(ctx, schemas.integration);
      insideOf(deps).integrations.change({ serviceProvider, mvpd }, changes);
      say(ctx, 204);
    },
  },
  {
    method: 'post',
    path: '/apps',
    about: 'How the software statement of an app stands',
    handle: async (ctx) => {
      const { app, softwareStatement } = await read(ctx, schemas.app);
      const { state, changed } = insideOf(deps);
      state.apps.set(app, softwareStatement);
      changed();
      say(ctx, 204);
    },
  },
];

const mvpdRoutes = (deps: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/verdicts',
    about: 'What an MVPD answers to decisions',
    handle: async (ctx) => {
      const order = await read(ctx, schemas.verdict);
      insideOf(deps).verdictOverrides.add(order);
      say(ctx, 201, order);
    },
  },
  {
    method: 'delete',
    path: '/verdicts',
    about: 'MVPDs answer by themselves again',
    handle: (ctx) => {
      insideOf(deps).verdictOverrides.clear();
      say(ctx, 204);
    },
  },
  {
    method: 'post',
    path: '/profiles/invalidate',
    about: 'An MVPD calls profiles back',
    handle: async (ctx) => {
      insideOf(deps).profiles.invalidate(await read(ctx, schemas.invalidation));
      say(ctx, 204);
    },
  },
];

const deviceRoutes = (deps: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/partner/saml-response',
    about: "What a partner's account framework gives a device",
    handle: async (ctx) => {
      const samlResponse = await deps.framework(await read(ctx, schemas.framework));
      if (samlResponse === null) throw new BadRequest('no such subscriber, or no request of Adobe');
      say(ctx, 200, { SAMLResponse: samlResponse });
    },
  },
  {
    method: 'post',
    path: '/platform/token',
    about: "A platform's word for who owns a device",
    handle: async (ctx) => {
      const { platform, subject, expiresIn } = await read(ctx, schemas.platformToken);
      const token = await insideOf(deps).platformIdentity.mint(platform, subject, expiresIn);
      say(ctx, 200, { token });
    },
  },
  {
    method: 'get',
    path: '/user-metadata-key',
    about: 'The private key that opens encrypted user metadata',
    handle: async (ctx) => say(ctx, 200, { pem: (await deps.adobe()?.userMetadataKey()) ?? '' }),
  },
];

/** What Adobe Pass remembers, for people who look at the world: no secret among it. */
const viewOf = ({ state }: AdobeInside) => ({
  sessions: [...state.sessions.values()],
  profiles: [...state.profiles.values()],
  ssoProfiles: [...state.ssoProfiles.values()],
  partnerProfiles: [...state.partnerProfiles.values()],
  trials: [...state.trials].map(([key, trial]) => ({ key: JSON.parse(key), ...trial })),
  degradations: [...state.degradations].map(([key, rule]) => ({ key: JSON.parse(key), ...rule })),
  integrations: [...state.integrations].map(([key, change]) => ({ key: JSON.parse(key), ...change })),
  apps: Object.fromEntries(state.apps),
});

export const adobeRoutes = (deps: Deps): ControlRoute[] => {
  const schemas = schemasOf(deps);
  return [
    ...switchRoutes(deps, schemas),
    ...degradationRoutes(deps, schemas),
    ...settingRoutes(deps, schemas),
    ...mvpdRoutes(deps, schemas),
    ...deviceRoutes(deps, schemas),
    {
      method: 'get',
      path: '/adobe',
      about: 'Sessions, profiles, trials and settings of Adobe Pass',
      handle: (ctx) => say(ctx, 200, viewOf(insideOf(deps))),
    },
  ];
};
