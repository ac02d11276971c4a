import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import { countCalls } from '../support/counted-stores.ts';
import { enteredFiles } from '../support/entered-files.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/start-gateway.ts';

const document = readFileSync('docs/architecture.md', 'utf8');
const [, section = ''] = /## One request in seven stops\n([\s\S]*?)\n## /.exec(document) ?? [];

/** From the numbered list of docs/architecture.md: the file of each stop, and the files that it uses. */
const readStops = () => {
  const list = section.slice(section.indexOf('\n1. '), section.lastIndexOf('\n\nFloors'));
  return list
    .split(/^\d\. /m)
    .slice(1)
    .map((item) => {
      const [stop = '', ...uses] = [...item.matchAll(/`([\w/-]+\.ts)`/g)].map(([, file = '']) => file);
      return { stop, uses };
    });
};

const stops = readStops();

/** The process around the gateway, what every file may use, what counts failures of the stores, and what runs twice a second. */
const aside =
  /^(cli|config|lib|observability|stores)\/|^(flows\/waiters|gateway\/(watch-stores|endings)|known-answers\/drop)\.ts$/;

/** One call that finds everything in place, and one after a reload, which knows no caller. */
const walk = async () => {
  const counted = countCalls(createMemoryStores());
  const { stores } = counted;
  /** How often the process has read changes, and there were none. */
  let lulls = 0;
  const since: typeof stores.changes.since = async (...asked) => {
    const page = await stores.changes.since(...asked);
    if (page.length === 0) lulls += 1;
    return page;
  };
  const changes = { ...stores.changes, since };
  await using t = await startGateway({ overrides: { stores: { ...stores, changes } } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  const before = lulls;
  await eventually(() => expect(lulls).toBeGreaterThan(before + 1));
  // Adobe is asked, though the profiles are known.
  const read = () => tv.call('/REF30/profiles', { headers: { 'cache-control': 'no-cache' } });
  await read();
  counted.take();
  let status: number | undefined;
  const entered = await enteredFiles(async () => {
    ({ status } = await read());
  });
  const warm = counted.take();
  const enteredByKnown = await enteredFiles(tv.profiles);
  await t.reconfigure({});
  counted.take();
  await read();
  // What served before gives up the lease for removing expired data.
  const { 'leases.release': _, ...cold } = counted.take();
  const listed = (files: Iterable<string>) => [...files].filter((file) => !aside.test(file));
  return { status, entered: listed(entered), known: listed(enteredByKnown), calls: { warm, cold } };
};

describe('a warm GET profiles of a signed-in viewer', () => {
  let taken: Awaited<ReturnType<typeof walk>>;
  beforeAll(async () => {
    taken = await walk();
  });

  test('enters the files that docs/architecture.md lists, and no other', () => {
    const listed = new Set(stops.flatMap(({ stop, uses }) => [stop, ...uses]));
    expect(taken.status).toBe(200);
    expect(taken.entered.sort()).toEqual([...listed].sort());
    expect(section).toContain(`enters ${listed.size} files`);
  });

  test('asks nobody if the profiles are known', () => {
    expect(taken.known).toContain('known-answers/answer-cache.ts');
    expect(taken.known).not.toContain('adobe-pass/client.ts');
  });

  test('is decided in at most seven of them, and leaves by the way it came in', () => {
    expect(stops).toHaveLength(7);
    expect(new Set(stops.map(({ stop }) => stop)).size).toBeLessThanOrEqual(7);
    expect(stops.at(-1)?.stop).toBe(stops[1]?.stop);
  });

  test('goes down from floor to floor', () => {
    const floors = ['http', 'flows', 'families'];
    const depthOf = (file: string): number => {
      const floor = floors.indexOf(file.split('/')[0] ?? '');
      return floor === -1 ? floors.length : floor;
    };
    const depths = stops.slice(0, -1).map(({ stop }) => depthOf(stop));
    expect(depths).toEqual([...depths].sort());
    for (const { stop, uses } of stops)
      expect(uses.filter((file) => depthOf(file) < depthOf(stop))).toEqual([]);
  });

  test('asks the store nothing, or for the caller and the profiles if they are not known, and writes nothing', () => {
    const cold = { 'callers.byAccessToken': 1, 'profiles.get': 1 };
    expect(taken.calls).toEqual({ warm: {}, cold });
  });
});
