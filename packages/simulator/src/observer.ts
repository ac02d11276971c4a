import type { SwitchBoard } from '#src/adobe-pass/switches';
import type { ChangeFeed } from '#src/change-feed';
import { adobeRoutes } from '#src/control/adobe';
import { authorizationRoutes } from '#src/control/authorizations';
import type { Control } from '#src/control/control';
import { identityRoutes } from '#src/control/identities';
import { mvpdRoutes } from '#src/control/mvpds';
import { controlRoutes } from '#src/control/routes';
import { asSiteRoute } from '#src/control/serve';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Parties } from '#src/parties';
import type { Origins } from '#src/party';
import { createSite, type Site } from '#src/site';
import type { WorldClock } from '#src/world-clock';
import { worldPageRoutes } from '#src/world-page/routes';

interface Deps {
  readonly control: Control;
  readonly parties: Parties;
  readonly fixtures: Fixtures;
  readonly origins: Origins;
  readonly switches: SwitchBoard;
  readonly worldClock: WorldClock;
  /** The browser on the world page runs in real time. */
  readonly machineClock: Clock;
  readonly ids: Ids;
  readonly activity: ChangeFeed;
}

const identitySessions = async ({ identities }: Parties) =>
  Object.fromEntries(
    await Promise.all(
      Object.values(identities).map(async (party) => [party.name, await party.sessions()] as const),
    ),
  );

const controlApi = ({ control, parties, fixtures, switches, worldClock }: Deps) => {
  const { adobe, mvpd, identities } = parties;
  return controlRoutes(control, [
    ...adobeRoutes({ fixtures, switches, adobe, framework: mvpd.framework }),
    ...identityRoutes({ fixtures, identities }),
    ...mvpdRoutes({ fixtures, mvpds: mvpd.control }),
    ...authorizationRoutes({
      fixtures,
      clock: worldClock,
      mvpds: mvpd.control,
      transactions: adobe.controls.authorization.transactions,
      mediaTokenKey: control.mediaTokenKey,
      usedMediaTokens: adobe.controls.usedMediaTokens,
      switches,
    }),
  ]).map(asSiteRoute);
};

const worldPage = ({ control, parties, fixtures, origins, machineClock, ids, activity }: Deps) =>
  worldPageRoutes({
    control,
    activity,
    clock: machineClock,
    ids,
    signOut: parties.mvpd.control.endSessions,
    view: {
      control,
      fixtures,
      origins,
      adobeState: parties.adobe.controls.state,
      mvpdSessions: parties.mvpd.control.sessions,
      identitySessions: () => identitySessions(parties),
    },
  });

/** The control API and the world page. They share Adobe's origin and are not part of the simulated world. */
export const createObserver = (deps: Deps): Site =>
  createSite([...controlApi(deps), ...worldPage(deps)], {
    unknown: (ctx, methods) => {
      const known = methods.length > 0;
      if (known) ctx.set('Allow', methods.join(', '));
      ctx.status = known ? 405 : 404;
      ctx.body = {
        error: known ? `${ctx.method} is not allowed here` : 'no such path; GET /_control lists them',
      };
    },
    failed: (ctx) => {
      ctx.status = 500;
      ctx.body = { error: 'internal error in the simulator' };
    },
  });
