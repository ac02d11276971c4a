import { expect, test } from 'vitest';
import { mvpdsIn, withMvpds } from '#src/rest-v2/mvpds';

const dish = { id: 'Dish', displayName: 'DISH', authPerAggregator: true };
const optimum = { id: 'Cablevision', displayName: 'Optimum', logoUrl: 'https://mvpd.example/o.png' };
const sample = { device: 'x', requestor: { id: 'REF30', mvpds: [dish, optimum] } };
const table = { requestor: { id: 'REF30' }, mvpds: [dish, optimum], time: 7 };

test.each([
  ['inside the service provider, as in the sample', sample],
  ['beside it, as in the table', table],
])('MVPDs are found %s', (_where, configuration) => {
  expect(mvpdsIn(configuration).map(({ id }) => id)).toEqual(['Dish', 'Cablevision']);
});

test.each<[string, unknown, readonly unknown[]]>([
  ['no list', { requestor: { id: 'REF30' } }, []],
  ['another shape', 'x', []],
  ['an entry without an id', { mvpds: [{}, null, 'x', { id: '' }, { id: 'Dish' }] }, ['Dish']],
  ['a member of another type', { mvpds: [{ id: 'Dish', displayName: 7, isTempPass: 'yes' }] }, ['Dish']],
  ['an id that is there twice', { mvpds: [{ id: 'Dish' }, { id: 'Dish' }] }, ['Dish']],
])('%s', (_what, configuration, expected) => {
  expect(mvpdsIn(configuration).map(({ id }) => id)).toEqual(expected);
});

test('other MVPDs take their place, in another order and under other names; the rest stays', () => {
  const shown = [{ id: 'Cablevision', displayName: 'Altice' }, { id: 'Dish' }, { id: 'Nobody' }];
  const changed = [{ ...optimum, displayName: 'Altice' }, dish];
  expect(withMvpds(sample, shown)).toEqual({ device: 'x', requestor: { id: 'REF30', mvpds: changed } });
  expect(withMvpds(table, shown)).toEqual({ ...table, mvpds: changed });
  expect(withMvpds({ requestor: { id: 'REF30' } }, shown)).toEqual({ requestor: { id: 'REF30' } });
});
