import type { AppConfig } from '#src/config/schema';
import type { Deps as ServerDeps } from '../deps.ts';
import type { RecoveryLinks } from '../pages/problem-page.ts';
import type { Interaction } from './decide-once.ts';
import type { InteractionLinks } from './interaction-links.ts';

interface Deps extends Pick<ServerDeps, 'providersOf' | 'brands'> {
  readonly links: InteractionLinks;
  appOf(interaction: Interaction): Promise<AppConfig>;
}

/** How the viewer of an interaction can go on after a problem. */
export const createRecovery =
  ({ links, appOf, providersOf, brands }: Deps) =>
  async (interaction: Interaction): Promise<RecoveryLinks> => {
    const to = links(interaction);
    // The problem may be that there is no such app any more.
    const app = await appOf(interaction).catch(() => undefined);
    const providers = app ? providersOf(app.id) : [];
    return {
      page: to.page,
      deny: to.deny,
      providers: providers.map(({ id, label }) => ({
        id,
        label,
        mark: brands.markOf(id),
        start: to.start(id, false),
      })),
      formTargets: to.away,
    };
  };

export type RecoveryOf = ReturnType<typeof createRecovery>;
