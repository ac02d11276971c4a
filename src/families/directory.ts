import type { AppConfig, Config, FamilyConfig } from '#src/config/schema';
import type { createProviders } from '#src/identity/providers';

/** The configuration by name. References were checked when it was loaded. */
export const createDirectory = (config: Config) => {
  const apps = new Map(config.apps.map((app) => [app.id, app]));
  const families = new Map(config.families.map((family) => [family.id, family]));
  const familyOf = (app: AppConfig): FamilyConfig => {
    const family = families.get(app.family);
    if (!family) throw new Error(`app ${app.id} has no family`);
    return family;
  };
  return {
    familyOf,
    findApp: (id: string): AppConfig | undefined => apps.get(id),
    findFamily: (id: string): FamilyConfig | undefined => families.get(id),
    providersOf: (providers: ReturnType<typeof createProviders>) => (id: string) => {
      const app = apps.get(id);
      return app ? familyOf(app).identityProviders.flatMap((name) => providers.get(name) ?? []) : [];
    },
  };
};

export type Directory = ReturnType<typeof createDirectory>;
