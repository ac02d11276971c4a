import { describe, expect, test } from 'vitest';
import { refuse } from '#src/adobe-pass/errors/refusal';
import { log, obligation, olca, reauthz, response, result, type Said } from './response-xml.ts';
import { type Stage, startExchange, verdictOn } from './stage.ts';

describe('decisions', () => {
  const words = 'Upgrade to Sports Pack';
  const upgrade = obligation('urn:tve:xacml:2.0:obligations:upgrade', 'Deny');
  const restrict = obligation('urn:tve:xacml:2.0:obligations:restrict-pc', 'Deny');
  const reason = (code: string) =>
    obligation('urn:sim:deny-reason', 'Deny', {
      'urn:cablelabs:ocla:1.0:attribute:enviroment:buy-flow:message': words,
      [`${olca}:attribute:content:subscription:tv-network:reason-code`]: code,
    });

  test.each<[string, Said, string, string?]>([
    ['Deny', { decision: 'Deny' }, 'authorization_denied_by_mvpd'],
    ['Deny with words', { decision: 'Deny', message: 'No' }, 'authorization_denied_by_mvpd', 'No'],
    [
      'Deny + upgrade',
      { decision: 'Deny', obligations: upgrade },
      'authorization_denied_by_mvpd',
      'Subscription upgrade required',
    ],
    [
      'Deny + restrict-pc',
      { decision: 'Deny', obligations: restrict },
      'authorization_denied_by_parental_controls',
    ],
    [
      'Deny + reason of the MVPD',
      { decision: 'Deny', message: 'No', obligations: reason('NOT_SUBSCRIBED') },
      'authorization_denied_by_mvpd',
      words,
    ],
    [
      'Deny, out of home',
      { decision: 'Deny', obligations: reason('OUT_OF_HOME') },
      'authorization_denied_by_hba_policies',
      words,
    ],
    ['Indeterminate', { decision: 'Indeterminate' }, 'authorization_denied_by_mvpd'],
    ['NotApplicable', { decision: 'NotApplicable' }, 'authorization_denied_by_mvpd'],
    // An obligation counts only for the decision that it stands beside.
    [
      'Deny + obligations of a permit',
      { decision: 'Deny', obligations: restrict.replace('"Deny"', '"Permit"') },
      'authorization_denied_by_mvpd',
    ],
  ])('%s', async (_what, said, code, details) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    expect(await verdictOn(t, response(result(said)))).toEqual({
      permit: false,
      code,
      ...(details && { details }),
    });
  });

  test('the status of an Indeterminate is logged', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const said = response(result({ decision: 'Indeterminate', message: 'try later' })).replace(
      ':ok"',
      ':processing-error"',
    );
    await verdictOn(t, said);
    expect(t.enforcementPoint.transactions()).toMatchObject([
      {
        decision: 'Indeterminate',
        statusCode: 'urn:oasis:names:tc:xacml:1.0:status:processing-error',
        statusMessage: 'try later',
      },
    ]);
  });

  test.each([
    ['Deny', 'preauthorization_denied_by_mvpd'],
    ['Indeterminate', 'preauthorization_denied_by_mvpd'],
  ])('%s during preflight', async (decision, code) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const said = response(result({ decision, obligations: restrict }));
    expect(await verdictOn(t, said, { preflight: true })).toEqual({ permit: false, code });
  });

  test.each<['bare' | 'soap' | 'bearer', string]>([
    ['bare', 'Dish'],
    ['soap', 'Cablevision'],
    ['bearer', 'Spectrum'],
  ])('a subscriber whom the MVPD does not know, or not any more (%s)', async (_form, mvpd) => {
    await using stranger = await startExchange({ mvpd, standing: 'unknown' });
    await using gone = await startExchange({ mvpd, standing: 'ended' });
    const code = async (t: Stage) => (await t.ask(['REF30'])).get('REF30');
    expect(await code(gone)).toMatchObject({ code: 'authorization_denied_by_session_invalidated' });
    // An access token that nobody gave out is one that holds no more.
    const unknown =
      mvpd === 'Spectrum' ? 'authorization_denied_by_session_invalidated' : 'identity_not_recognized_by_mvpd';
    expect(await code(stranger)).toMatchObject({ code: unknown });
  });

  test.each([
    ['no access token any more', async () => null, 'authorization_denied_by_session_invalidated'],
    ['none today', () => Promise.reject(refuse('network_received_error')), 'network_received_error'],
  ])('an MVPD that gives %s', async (_when, accessToken, code) => {
    await using t = await startExchange({ mvpd: 'Spectrum', accessToken });
    const verdicts = await t.ask(['REF30', 'news']);
    expect([...verdicts.values()]).toMatchObject([{ code }, { code }]);
    expect(t.exchanges).toEqual([]);
  });

  test('away from home, after home-based authentication', async () => {
    const home = [{ address: '192.0.2.1' }];
    await using away = await startExchange({ mvpd: 'Spectrum', standing: 'atHome', subscription: { home } });
    expect((await away.ask(['REF30'])).get('REF30')).toMatchObject({
      code: 'authorization_denied_by_hba_policies',
    });
    const here = [{ address: '198.51.100.7' }];
    await using at = await startExchange({
      mvpd: 'Spectrum',
      standing: 'atHome',
      subscription: { home: here },
    });
    expect((await at.ask(['REF30'])).get('REF30')).toMatchObject({ permit: true });
  });

  test('parental controls compare the rating of MRSS with the household’s', async () => {
    const rated = (rating: string) =>
      `<rss xmlns:m="http://search.yahoo.com/mrss/"><channel><title>REF30</title><item><guid>${rating}</guid><m:rating scheme="urn:v-chip">${rating}</m:rating></item></channel></rss>`;
    await using t = await startExchange({ subscription: { maxTvRating: 'tv-pg' } });
    const [pg, ma] = [rated('TV-PG'), rated('TV-MA')];
    const verdicts = await t.ask([pg, ma]);
    expect(verdicts.get(pg)).toMatchObject({
      permit: true,
      attributes: { maxRating: { VCHIP: 'tv-pg', MPAA: 'nc-17' } },
    });
    expect(verdicts.get(ma)).toMatchObject({ code: 'authorization_denied_by_parental_controls' });
  });
});

describe('obligations of a permit', () => {
  const strange = obligation('urn:example:water-the-plants', 'Permit');

  test('log: the transaction is listed', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    await verdictOn(t, response(result({ obligations: log })));
    t.tamper(() => ({ text: response(result()) }));
    await t.ask(['sports']);
    expect(t.enforcementPoint.transactions()).toMatchObject([
      {
        mvpd: 'Dish',
        serviceProvider: 'REF30',
        userId: t.subscriber.userId,
        address: '198.51.100.7',
        resource: 'REF30',
        decision: 'Permit',
        logged: true,
        permit: true,
        ttl: 86_400_000,
        code: null,
        at: '2030-01-01T00:00:00.000Z',
        preflight: false,
        fault: null,
        obligations: [`${olca}:obligations:log`],
      },
      { resource: 'sports', logged: false },
    ]);
  });

  test('an unknown one means a denial, unless the integration ignores it', async () => {
    await using strict = await startExchange({ mvpd: 'Dish' });
    const said = response(result({ obligations: log + strange }));
    expect(await verdictOn(strict, said)).toMatchObject({
      permit: false,
      code: 'authorization_denied_by_mvpd',
    });
    await using lax = await startExchange({ mvpd: 'Dish', authorization: { unknownObligations: 'ignore' } });
    expect(await verdictOn(lax, said)).toMatchObject({ permit: true });
  });

  test.each([
    ['any name for the seconds', { whatever: '3600' }, 3_600_000],
    ['words beside the seconds', { n: '60', why: 'because' }, 60_000],
    ['longer than Adobe would', { n: '999999' }, 86_400_000],
  ])('re-authz with %s', async (_what, assignments, ttl) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const said = response(result({ obligations: reauthz(assignments) }));
    expect(await verdictOn(t, said)).toEqual({ permit: true, ttl });
  });

  test.each([
    ['no seconds', {}],
    ['two numbers', { a: '60', b: '90' }],
    ['something else', { n: 'soon' }],
    ['a negative number', { n: '-5' }],
  ])('re-authz with %s cannot be fulfilled', async (_what, assignments) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const said = response(result({ obligations: reauthz(assignments) }));
    expect(await verdictOn(t, said)).toMatchObject({ permit: false, code: 'authorization_denied_by_mvpd' });
  });
});

describe('time to live: the minimum of all limits', () => {
  const hour = 3_600;
  test.each([
    // configured, re-authz, Conditions (all seconds), profile (milliseconds left) → ttl in milliseconds
    {
      ttl: 24 * hour,
      reauthorizeAfter: null,
      conditions: null,
      left: 30 * 86_400_000,
      expected: 24 * 3_600_000,
    },
    { ttl: 24 * hour, reauthorizeAfter: hour, conditions: null, left: 30 * 86_400_000, expected: 3_600_000 },
    { ttl: 24 * hour, reauthorizeAfter: hour, conditions: 600, left: 30 * 86_400_000, expected: 600_000 },
    { ttl: 24 * hour, reauthorizeAfter: hour, conditions: 600, left: 5_000, expected: 5_000 },
    { ttl: 60, reauthorizeAfter: hour, conditions: 600, left: 86_400_000, expected: 60_000 },
    { ttl: null, reauthorizeAfter: hour, conditions: null, left: 86_400_000, expected: 3_600_000 },
    { ttl: null, reauthorizeAfter: null, conditions: 600, left: 86_400_000, expected: 600_000 },
    { ttl: null, reauthorizeAfter: null, conditions: null, left: 86_400_000, expected: null },
  ])(
    '$ttl, $reauthorizeAfter, $conditions, $left → $expected',
    async ({ left, expected, ...authorization }) => {
      await using t = await startExchange({ mvpd: 'AdobeShibboleth', authorization });
      const verdicts = await t.ask(['REF30'], { notAfter: t.clock.now() + left });
      expect(verdicts.get('REF30')).toEqual(
        expected === null
          ? {
              permit: false,
              code: 'authorization_denied_by_mvpd',
              details: expect.stringContaining('time to live'),
            }
          : { permit: true, ttl: expected },
      );
    },
  );
});
