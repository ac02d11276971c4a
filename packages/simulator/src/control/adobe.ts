/**
 * Control of the simulated Adobe Pass: behavior switches, degradation, integrations, software statements, MVPD
 * decisions, and the tokens that only devices and dashboards have. State lives with Adobe Pass.
 */
import { z } from 'zod';
import type { AdobeControls, AdobePass } from '#src/adobe-pass/adobe-pass';
import { anywhere } from '#src/adobe-pass/configuration/degradations';
import { refusalCodes } from '#src/adobe-pass/errors/refusal';
import { platformNames } from '#src/adobe-pass/platform-sso/platform-identity';
import { type SwitchBoard, switchesSchema } from '#src/adobe-pass/switches';
import type { Fixtures } from '#src/fixtures';
import { BadRequest, type ControlRoute, readJson, respond } from './serve.ts';

interface FrameworkRequest {
  readonly mvpd: string;
  readonly username: string;
  readonly authenticationRequest: string;
}

interface Deps {
  readonly fixtures: Fixtures;
  readonly switches: SwitchBoard;
  readonly adobe: Pick<AdobePass, 'controls' | 'userMetadataKey'>;
  /** The platform's account framework on a device; null if it cannot sign the subscriber in. */
  readonly framework: (request: FrameworkRequest) => Promise<string | null>;
}

const schemasOf = ({ fixtures }: Deps) => {
  const ids = (list: readonly { readonly id: string }[]) => z.enum(list.map(({ id }) => id));
  const serviceProvider = ids(fixtures.serviceProviders);
  const mvpd = ids(fixtures.mvpds);
  const code = z.enum(refusalCodes);
  const misconfiguration = code.refine(
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
      misconfigured: z.array(misconfiguration).optional(),
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
    about: 'Behavior switches: what Adobe does where its documentation is silent',
    handle: (ctx) => respond(ctx, 200, switches.now),
  },
  {
    method: 'put',
    path: '/switches',
    about: 'Change switches; unnamed ones keep their value',
    handle: async (ctx) => {
      const changes = await readJson(ctx, schemas.switches);
      const parsed = switchesSchema.safeParse({ ...switches.now, ...changes });
      if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
      switches.set(parsed.data);
      respond(ctx, 200, switches.now);
    },
  },
];

const degradationRoutes = ({ adobe }: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/degradation',
    about: 'Apply a degradation rule',
    handle: async (ctx) => {
      const { rule, serviceProvider, mvpd, until, message } = await readJson(ctx, schemas.degradation);
      const { degradations, clock } = adobe.controls;
      degradations.set(
        { serviceProvider: serviceProvider ?? anywhere, mvpd: mvpd ?? anywhere },
        {
          rule,
          since: clock.now(),
          message: message ?? null,
          until: until === undefined ? null : Date.parse(until),
        },
      );
      respond(ctx, 204);
    },
  },
  {
    method: 'delete',
    path: '/degradation',
    about: 'Remove all degradation rules',
    handle: (ctx) => {
      adobe.controls.degradations.clear();
      respond(ctx, 204);
    },
  },
];

const settingRoutes = ({ adobe }: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/integrations',
    about: 'Change an integration: enabled, authPerAggregator, dummyAuthorization, misconfigured',
    handle: async (ctx) => {
      const { serviceProvider, mvpd, ...changes } = await readJson(ctx, schemas.integration);
      adobe.controls.integrations.change({ serviceProvider, mvpd }, changes);
      respond(ctx, 204);
    },
  },
  {
    method: 'post',
    path: '/apps',
    about: 'Set the status of an app’s software statement',
    handle: async (ctx) => {
      const { app, softwareStatement } = await readJson(ctx, schemas.app);
      const { state, changed } = adobe.controls;
      state.apps.set(app, softwareStatement);
      changed();
      respond(ctx, 204);
    },
  },
];

const mvpdRoutes = ({ adobe }: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/verdicts',
    about: 'Override the decisions of an MVPD',
    handle: async (ctx) => {
      const override = await readJson(ctx, schemas.verdict);
      adobe.controls.verdictOverrides.add(override);
      respond(ctx, 201, override);
    },
  },
  {
    method: 'delete',
    path: '/verdicts',
    about: 'Remove all decision overrides',
    handle: (ctx) => {
      adobe.controls.verdictOverrides.clear();
      respond(ctx, 204);
    },
  },
  {
    method: 'post',
    path: '/profiles/invalidate',
    about: 'Invalidate profiles, as an MVPD can',
    handle: async (ctx) => {
      adobe.controls.profiles.invalidate(await readJson(ctx, schemas.invalidation));
      respond(ctx, 204);
    },
  },
];

const deviceRoutes = ({ adobe, framework }: Deps, schemas: ReturnType<typeof schemasOf>): ControlRoute[] => [
  {
    method: 'post',
    path: '/partner/saml-response',
    about: 'The SAML response that a platform’s account framework returns to a device',
    handle: async (ctx) => {
      const samlResponse = await framework(await readJson(ctx, schemas.framework));
      if (samlResponse === null)
        throw new BadRequest('unknown subscriber, or not an authentication request from Adobe');
      respond(ctx, 200, { SAMLResponse: samlResponse });
    },
  },
  {
    method: 'post',
    path: '/platform/token',
    about: 'A platform identity token for the owner of a device',
    handle: async (ctx) => {
      const { platform, subject, expiresIn } = await readJson(ctx, schemas.platformToken);
      const token = await adobe.controls.platformIdentity.mint(platform, subject, expiresIn);
      respond(ctx, 200, { token });
    },
  },
  {
    method: 'get',
    path: '/user-metadata-key',
    about: 'The private key that decrypts user metadata',
    handle: async (ctx) => respond(ctx, 200, { pem: await adobe.userMetadataKey() }),
  },
];

/** The state of Adobe Pass without secrets. */
const viewOf = ({ state }: AdobeControls) => ({
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
      handle: (ctx) => respond(ctx, 200, viewOf(deps.adobe.controls)),
    },
  ];
};
