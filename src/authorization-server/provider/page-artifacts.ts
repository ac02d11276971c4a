import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { textMember } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type {
  ArtifactKey,
  ArtifactStep,
  ArtifactStore,
  PageIds,
  StoredArtifact,
} from '#src/stores/expiring-ports';

interface Deps {
  readonly artifacts: ArtifactStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** One request of a page. */
interface Page {
  /** Those of its cookies. */
  readonly ids: PageIds;
  /** What it has read or is going to store, by model and id. */
  readonly known: Map<string, StoredArtifact | undefined>;
  steps: ArtifactStep[];
}

export interface PageArtifacts {
  /** The store as the current request sees it; outside of a page, the store. */
  readonly artifacts: ArtifactStore;
  /** Handles one request of a page, whose cookies name these. */
  run<T>(ids: PageIds, work: () => Promise<T>): Promise<T>;
  /** What this request stores requires that the artifact is unused, which it is no longer from then on. */
  spend(key: ArtifactKey): void;
  /** The steps collected so far, for whoever stores them together with something else. */
  takeSteps(): readonly ArtifactStep[];
  /** Stores the steps collected so far. False if another request was faster: nothing is stored. */
  storeSteps(): Promise<boolean>;
  /** What is looked up from now on is read from the store. */
  readAgain(): void;
}

/** What pages read and store while a sign-in is under way. */
const modelsOfPages = new Set(['Interaction', 'Session', 'DeviceCode', 'Grant', 'AuthorizationCode']);

const isOfModel = (model: string, name: string): boolean => name.startsWith(`["${model}",`);

const nameOf = ({ model, id }: ArtifactKey): string => compositeKey(model, id);

/**
 * oidc-provider and our pages read an interaction up to four times in one request, and store up to four artifacts one by
 * one. Here each is read once, what the browser's cookies name together, and all are stored in one transaction before the
 * request is answered. An interaction that is resumed must still be there by then, and one that is decided must be
 * undecided: of rivals one does anything.
 */
export const createPageArtifacts = ({ artifacts, clock }: Deps): PageArtifacts => {
  const pages = new AsyncLocalStorage<Page>();
  const pageOf = (model: string): Page | undefined =>
    modelsOfPages.has(model) ? pages.getStore() : undefined;
  const takeSteps = (): readonly ArtifactStep[] => pages.getStore()?.steps.splice(0) ?? [];
  const readAgain = (): void => pages.getStore()?.known.clear();
  const storeSteps = async (): Promise<boolean> => {
    const steps = takeSteps();
    const stored = steps.length === 0 || (await artifacts.change(steps, clock.now()));
    if (!stored) readAgain();
    return stored;
  };
  return {
    artifacts: pageStore(artifacts, { pageOf, storeSteps }),
    run: (ids, work) => pages.run({ ids, known: new Map(), steps: [] }, work),
    spend: (key) => void pages.getStore()?.steps.push({ spend: key }),
    takeSteps,
    storeSteps,
    readAgain,
  };
};

interface Collecting extends Pick<PageArtifacts, 'storeSteps'> {
  pageOf(model: string): Page | undefined;
}

const pageStore = (artifacts: ArtifactStore, { pageOf, storeSteps }: Collecting): ArtifactStore => {
  /** For what does not see collected steps. */
  const settle = async (): Promise<void> => {
    if (!(await storeSteps())) throw fail('sign_in_expired', { detail: 'another request was faster' });
  };
  const settled =
    <Args extends [model: string, ...unknown[]], T>(method: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      if (pageOf(args[0])?.steps.length) await settle();
      return method(...args);
    };
  const findByUid = settled(artifacts.findByUid);
  const read = createRead(artifacts);
  return {
    ...artifacts,
    find: async (model, id, now) => {
      const page = pageOf(model);
      if (!page) return artifacts.find(model, id, now);
      const name = nameOf({ model, id });
      if (!page.known.has(name)) await read(page, { model, id }, now);
      return page.known.get(name);
    },
    upsert: async (artifact, now) => {
      const page = pageOf(artifact.model);
      if (!page) return artifacts.upsert(artifact, now);
      page.steps.push({ put: artifact });
      const { payload } = artifact;
      page.known.set(nameOf(artifact), { payload, consumedAt: null, answerKept: false });
    },
    destroy: async (model, id, now) => {
      const page = pageOf(model);
      if (!page) return artifacts.destroy(model, id, now);
      const key = { model, id };
      page.steps.push(model === 'Interaction' ? { take: key } : { remove: key });
      page.known.set(nameOf(key), undefined);
    },
    findByUid: async (model, uid, now) => {
      const known = [...(pageOf(model)?.known ?? [])];
      const own = known.find(
        ([name, found]) => isOfModel(model, name) && textMember(found?.payload ?? {}, 'uid') === uid,
      );
      return own ? own[1] : findByUid(model, uid, now);
    },
    findByUserCode: artifacts.findByUserCode,
    consume: settled(artifacts.consume),
    revokeByGrantId: async (grantId, now) => {
      await settle();
      await artifacts.revokeByGrantId(grantId, now);
    },
  };
};

/** Reads one that is not known; an interaction or session with what belongs to it. */
const createRead =
  (artifacts: ArtifactStore) =>
  async ({ known, ids }: Page, key: ArtifactKey, now: number): Promise<void> => {
    const learn = (model: string, id: string | undefined, found: StoredArtifact | undefined): void => {
      const name = nameOf({ model, id: id ?? '' });
      if (id !== undefined && !known.has(name)) known.set(name, found);
    };
    const { model, id } = key;
    if (model !== 'Interaction' && model !== 'Session')
      return learn(model, id, await artifacts.find(model, id, now));
    const asked = { ...ids, [model === 'Interaction' ? 'interaction' : 'session']: id };
    const { interaction, session, deviceCode } = await artifacts.findForPage(asked, now);
    learn('Interaction', asked.interaction, interaction);
    learn('Session', asked.session, session);
    const code = interaction && textMember(interaction.payload, 'deviceCode');
    if (deviceCode) learn('DeviceCode', code, deviceCode);
  };
