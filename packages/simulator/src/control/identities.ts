/**
 * Control of the identity providers: their switches, their browser sessions, and what they are to announce to
 * others. State lives with the parties; here are the words for it.
 */
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import type { IdentityParty } from '#src/identity/identity-party';
import { flaws } from '#src/identity/signer';
import { fail } from '#src/lib/errors';
import { type ControlRoute, read, say } from './serve.ts';

interface Deps {
  readonly fixtures: Fixtures;
  /** Known only once everything listens; undefined for a name that is no identity provider. */
  readonly party: (name: string) => IdentityParty | undefined;
}

const names = ['dtc', 'google', 'facebook', 'apple'];

const eventSchema = (fixtures: Fixtures) =>
  z.strictObject({
    kind: z.string(),
    user: z.enum(fixtures.users.map(({ id }) => id)).optional(),
    audience: z.string().optional(),
    details: z.record(z.string(), z.json()).optional(),
    claims: z.record(z.string(), z.json()).optional(),
    flaw: z.enum(flaws).optional(),
    to: z.string().min(1).optional(),
  });

type Handle = (ctx: RouterContext, party: IdentityParty) => Promise<void> | void;

const about = (party: IdentityParty) => ({
  party: party.name,
  idTokenKinds: party.idTokenKinds,
  accessTokens: party.mintAccessToken !== undefined,
  eventKinds: party.eventKinds,
  switches: party.switches,
});

export const identityRoutes = ({ fixtures, party: find }: Deps): readonly ControlRoute[] => {
  const partyOf = (name: string): IdentityParty => {
    const party = find(name);
    if (!party)
      throw fail('gateway_parameter_invalid', { field: 'party', hint: `"${name}" is no identity provider` });
    return party;
  };
  const event = eventSchema(fixtures);
  const route = (
    method: ControlRoute['method'],
    path: string,
    about: string,
    handle: Handle,
  ): ControlRoute => ({
    method,
    path: `/identities/:party${path}`,
    about,
    handle: (ctx) => handle(ctx, partyOf(ctx.params['party'] ?? '')),
  });

  return [
    {
      method: 'get',
      path: '/identities',
      about: 'The identity providers: what each can do, and its switches',
      handle: (ctx) => say(ctx, 200, names.map(partyOf).map(about)),
    },
    route('get', '/switches', 'How an identity provider behaves', (ctx, party) =>
      say(ctx, 200, party.switches),
    ),
    route('put', '/switches', 'Turn some of its switches', async (ctx, party) => {
      party.turnSwitches(await read(ctx, z.json()));
      say(ctx, 200, party.switches);
    }),
    route('get', '/events', 'What it announced, and what the receivers answered', (ctx, party) =>
      say(ctx, 200, party.sentEvents()),
    ),
    route(
      'post',
      '/events',
      'Let it announce something to the receiver in the fixtures',
      async (ctx, party) => say(ctx, 200, await party.sendEvent(await read(ctx, event))),
    ),
    route('get', '/sessions', 'Browsers that are signed in there', async (ctx, party) =>
      say(ctx, 200, await party.sessions()),
    ),
    route(
      'delete',
      '/sessions',
      'Sign these browsers out, or those of ?user=; nobody is told',
      async (ctx, party) => {
        const user = new URLSearchParams(ctx.querystring).get('user') ?? undefined;
        say(ctx, 200, { ended: await party.endSessions(user) });
      },
    ),
    route('post', '/rotate-keys', 'Sign with a new key; the old one stays published', async (ctx, party) => {
      await party.rotateKeys();
      say(ctx, 204);
    }),
  ];
};
