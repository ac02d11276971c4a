/** Control of the identity providers: behavior switches, browser sessions, events. State lives with the parties. */
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import type { IdentityParty } from '#src/identity/identity-party';
import { signatureFaults } from '#src/identity/signer';
import { fail } from '#src/lib/errors';
import { findIdentityParty, type IdentityParties } from '#src/parties';
import { type ControlRoute, readJson, respond } from './serve.ts';

interface Deps {
  readonly fixtures: Fixtures;
  readonly identities: IdentityParties;
}

const eventSchema = (fixtures: Fixtures) =>
  z.strictObject({
    kind: z.string(),
    user: z.enum(fixtures.users.map(({ id }) => id)).optional(),
    audience: z.string().optional(),
    details: z.record(z.string(), z.json()).optional(),
    claims: z.record(z.string(), z.json()).optional(),
    flaw: z.enum(signatureFaults).optional(),
    to: z.string().min(1).optional(),
  });

const agingSchema = (fixtures: Fixtures) =>
  z.strictObject({
    seconds: z.int().positive(),
    user: z.enum(fixtures.users.map(({ id }) => id)).optional(),
  });

const view = (party: IdentityParty) => ({
  party: party.name,
  idTokenKinds: party.idTokenKinds,
  accessTokens: party.mintAccessToken !== undefined,
  eventKinds: party.eventKinds,
  switches: party.switches,
});

type Handler = (party: IdentityParty, ctx: RouterContext) => Promise<void> | void;

/** A route of the party that the path names. */
const createForParty =
  (identities: IdentityParties) =>
  (handle: Handler): ControlRoute['handle'] =>
  (ctx) => {
    const name = ctx.params['party'] ?? '';
    const party = findIdentityParty(identities, name);
    if (!party)
      throw fail('gateway_parameter_invalid', {
        field: 'party',
        hint: `"${name}" is not an identity provider`,
      });
    return handle(party, ctx);
  };

const sessionRoutes = ({ fixtures, identities }: Deps): readonly ControlRoute[] => {
  const aging = agingSchema(fixtures);
  const forParty = createForParty(identities);
  return [
    {
      method: 'get',
      path: '/identities/:party/sessions',
      about: 'Browsers that are signed in',
      handle: forParty(async (party, ctx) => respond(ctx, 200, await party.sessions())),
    },
    {
      method: 'delete',
      path: '/identities/:party/sessions',
      about: 'Sign all browsers out, or those of ?user=…, without notifying anyone',
      handle: forParty(async (party, ctx) => {
        const user = new URLSearchParams(ctx.querystring).get('user') ?? undefined;
        respond(ctx, 200, { ended: await party.endSessions(user) });
      }),
    },
    {
      method: 'post',
      path: '/identities/:party/sessions/age',
      about:
        'Make sessions older by `seconds`, those of a `user` or all: the password was entered that much earlier',
      handle: forParty(async (party, ctx) => {
        const { seconds, user } = await readJson(ctx, aging);
        respond(ctx, 200, { aged: await party.ageSessions(seconds, user) });
      }),
    },
  ];
};

export const identityRoutes = (deps: Deps): readonly ControlRoute[] => {
  const event = eventSchema(deps.fixtures);
  const forParty = createForParty(deps.identities);
  return [
    {
      method: 'get',
      path: '/identities',
      about: 'The identity providers, what each supports, and its behavior switches',
      handle: (ctx) => respond(ctx, 200, Object.values(deps.identities).map(view)),
    },
    {
      method: 'get',
      path: '/identities/:party/switches',
      about: 'Behavior switches of an identity provider',
      handle: forParty((party, ctx) => respond(ctx, 200, party.switches)),
    },
    {
      method: 'put',
      path: '/identities/:party/switches',
      about: 'Change some of its switches',
      handle: forParty(async (party, ctx) => {
        party.changeSwitches(await readJson(ctx, z.json()));
        respond(ctx, 200, party.switches);
      }),
    },
    {
      method: 'get',
      path: '/identities/:party/events',
      about: 'Events it sent, and the receivers’ responses',
      handle: forParty((party, ctx) => respond(ctx, 200, party.sentEvents())),
    },
    {
      method: 'post',
      path: '/identities/:party/events',
      about: 'Send an event to the receiver in the fixtures',
      handle: forParty(async (party, ctx) =>
        respond(ctx, 200, await party.sendEvent(await readJson(ctx, event))),
      ),
    },
    ...sessionRoutes(deps),
    {
      method: 'post',
      path: '/identities/:party/rotate-keys',
      about: 'Sign with a new key; the old one stays published',
      handle: forParty(async (party, ctx) => {
        await party.rotateKeys();
        respond(ctx, 204);
      }),
    },
  ];
};
