/** The MVPDs in a configuration answer: how they are told, and what an app is told of them. */
import { z } from 'zod';
import type { JsonObject } from '#src/lib/json';

const optional = <T extends z.ZodType>(shape: T) => shape.optional().catch(undefined);

/** A member that cannot be read counts as absent: one MVPD must not hide the others. */
const mvpd = z.object({
  id: z.string().min(1),
  displayName: optional(z.string().trim().min(1)),
  logoUrl: optional(z.string()),
  isTempPass: optional(z.boolean()),
});

export type Mvpd = z.infer<typeof mvpd>;

const list = z.array(z.json());
const beside = z.looseObject({ mvpds: list });
const inside = z.looseObject({ requestor: beside });

/** The list as it is, and the configuration with another one in its place. */
const placeOf = (configuration: unknown) => {
  const sample = inside.safeParse(configuration).data;
  if (sample) {
    const { requestor } = sample;
    return {
      all: requestor.mvpds,
      put: (mvpds: unknown[]) => ({ ...sample, requestor: { ...requestor, mvpds } }),
    };
  }
  const table = beside.safeParse(configuration).data;
  return table && { all: table.mvpds, put: (mvpds: unknown[]) => ({ ...table, mvpds }) };
};

const firstOfEach = (all: readonly unknown[]): ReadonlyMap<string, { mvpd: Mvpd; entry: unknown }> => {
  const found = new Map<string, { mvpd: Mvpd; entry: unknown }>();
  for (const entry of all) {
    const { data } = mvpd.safeParse(entry);
    if (data && !found.has(data.id)) found.set(data.id, { mvpd: data, entry });
  }
  return found;
};

/**
 * The MVPDs in a configuration, in `requestor` as in Adobe's sample or beside it as in its table; none where there is no list.
 * Source: REST API V2, "Retrieve configuration".
 */
export const mvpdsIn = (configuration: unknown): readonly Mvpd[] =>
  [...firstOfEach(placeOf(configuration)?.all ?? []).values()].map(({ mvpd }) => mvpd);

/** What an app is told of an MVPD in the place of what Adobe tells. */
export type Shown = Pick<Mvpd, 'id' | 'displayName' | 'logoUrl'>;

/** The configuration with these MVPDs alone, in this order; everything else in it stays. */
export const withMvpds = (configuration: JsonObject, shown: readonly Shown[]): JsonObject => {
  const place = placeOf(configuration);
  if (!place) return configuration;
  const known = firstOfEach(place.all);
  const entries = shown.flatMap(({ id, displayName, logoUrl }) => {
    const entry = known.get(id)?.entry;
    const own = { ...(displayName && { displayName }), ...(logoUrl && { logoUrl }) };
    return typeof entry === 'object' && entry !== null ? [{ ...entry, ...own }] : [];
  });
  return place.put(entries) as JsonObject;
};
