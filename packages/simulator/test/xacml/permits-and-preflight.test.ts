import { describe, expect, test } from 'vitest';
import { type Stage, startExchange } from './stage.ts';

describe('a permit', () => {
  test('is cached per resource until it ends', async () => {
    await using t = await startExchange({ mvpd: 'ValleyTel' });
    const profileEnd = t.clock.now() + 30 * 86_400_000;
    const ask = async (resource: string) => (await t.ask([resource], { notAfter: profileEnd })).get(resource);
    expect(await ask('REF30')).toEqual({ permit: true, ttl: 3_600_000 });
    await t.clock.advance(3_599_999);
    expect(await ask('REF30')).toEqual({ permit: true, ttl: 1 });
    expect(t.exchanges).toHaveLength(1);
    await ask('news');
    expect(t.exchanges).toHaveLength(2);
    await t.clock.advance(1);
    expect(await ask('REF30')).toEqual({ permit: true, ttl: 3_600_000 });
    expect(t.exchanges).toHaveLength(3);
  });

  test('is not cached for preflight, and a denial never is', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const notAfter = t.clock.now() + 86_400_000;
    for (const preflight of [true, true, false, true]) await t.ask(['REF30'], { preflight, notAfter });
    expect(t.exchanges).toHaveLength(4);
    await t.ask(['REF30'], { notAfter });
    expect(t.exchanges).toHaveLength(4);
    await t.ask(['nowhere'], { notAfter });
    await t.ask(['nowhere'], { notAfter });
    expect(t.exchanges).toHaveLength(6);
  });

  test('is dropped for its subscriber only', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const notAfter = t.clock.now() + 86_400_000;
    const { userId } = t.subscriber;
    await t.ask(['REF30'], { notAfter });
    for (const other of [
      { mvpd: 'Dish', userId: 'somebody else' },
      { mvpd: 'Cablevision', userId },
    ])
      t.enforcementPoint.forget(other);
    await t.ask(['REF30'], { notAfter });
    expect(t.exchanges).toHaveLength(1);
    t.enforcementPoint.forget({ mvpd: 'Dish', userId });
    await t.ask(['REF30'], { notAfter });
    expect(t.exchanges).toHaveLength(2);
  });

  test('is dropped by a reset', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const notAfter = t.clock.now() + 86_400_000;
    await t.ask(['REF30'], { notAfter });
    t.enforcementPoint.reset();
    expect(t.enforcementPoint.transactions()).toEqual([]);
    await t.ask(['REF30'], { notAfter });
    expect(t.exchanges).toHaveLength(2);
  });
});

describe('preflight', () => {
  const asked = ['REF30', 'sports', 'news'];
  const resourcesIn = (request: string) => request.match(/<(?:xacml-context:)?Resource>/g)?.length;
  const granted = (verdicts: Awaited<ReturnType<Stage['ask']>>) =>
    [...verdicts].filter(([, { permit }]) => permit).map(([resource]) => resource);

  test('multi-channel: one query for all', async () => {
    await using t = await startExchange({ mvpd: 'Cablevision' });
    expect(granted(await t.ask(asked, { preflight: true }))).toEqual(['REF30', 'news']);
    expect(t.exchanges.map(({ request }) => resourcesIn(request))).toEqual([3]);
    expect(t.last().request).toContain('CombinePolicies="false"');
  });

  test('fork and join: one query for each', async () => {
    await using t = await startExchange({ mvpd: 'ValleyTel' });
    expect(granted(await t.ask(asked, { preflight: true })).sort()).toEqual(['REF30', 'news']);
    expect(t.exchanges.map(({ request }) => resourcesIn(request))).toEqual([1, 1, 1]);
  });

  test('channel lineup: known since login, no query', async () => {
    await using t = await startExchange({ mvpd: 'AdobeShibboleth' });
    const verdicts = await t.ask(asked, { preflight: true });
    expect(granted(verdicts)).toEqual(['REF30', 'news']);
    expect(verdicts.get('sports')).toMatchObject({ code: 'preauthorization_denied_by_mvpd' });
    expect(t.exchanges).toEqual([]);
  });

  test('two resources with the same id but different ratings need two queries', async () => {
    const rated = (rating: string) =>
      `<rss xmlns:m="http://search.yahoo.com/mrss/"><channel><title>REF30</title><m:rating scheme="urn:v-chip">${rating}</m:rating></channel></rss>`;
    await using t = await startExchange({ mvpd: 'Cablevision', subscription: { maxTvRating: 'tv-pg' } });
    const verdicts = await t.ask([rated('tv-g'), rated('tv-ma'), 'news'], { preflight: true });
    expect(granted(verdicts)).toEqual([rated('tv-g'), 'news']);
    expect(t.exchanges.map(({ request }) => resourcesIn(request)).sort()).toEqual([1, 2]);
  });
});
