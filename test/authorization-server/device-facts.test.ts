import { expect, test } from 'vitest';
import { describeDevice, deviceRequest } from '#src/authorization-server/device/device-facts';

const info = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const describe = (value: string, userAgent = '') => describeDevice({ info: value, userAgent });

test.each([
  [{ manufacturer: 'Roku', model: 'Ultra', primaryHardwareType: 'SetTopBox' }, 'Roku Ultra (SetTopBox)'],
  [{ vendor: 'Amazon', model: 'Fire TV' }, 'Amazon Fire TV'],
  [{ primaryHardwareType: 'TV' }, 'TV'],
  [{ model: 'a\u202eb\u200b\n\tc ' }, 'a b c'],
  [{ model: 'x'.repeat(200) }, 'x'.repeat(60)],
])('X-Device-Info %j is %s', (value, text) => {
  expect(describe(info(value))).toBe(text);
});

test.each([
  ['not base64 of JSON', '%%%'],
  ['an array', info([])],
  ['null', info(null)],
  ['a model that is no text', info({ model: { toString: 1 }, manufacturer: 7 })],
  ['a model of 10,000 characters', info({ model: 'x'.repeat(10_000) })],
  ['nothing', ''],
])('from %s the User-Agent counts', (_case, value) => {
  expect(describe(value, 'Roku/DVP-9.10 (519.10E04111A)')).toBe('Roku');
  expect(describe(value, 'Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36')).toBe(
    'Web0S; Linux/SmartTV',
  );
  expect(describe(value)).toBeNull();
});

const stored = { requestedAt: 1_000, address: '203.0.113.10', description: 'Roku' };

test.each([
  ['203.0.113.10', '203.0.113.10', null],
  ['203.0.113.10', '203.0.113.11', '203.0.113.•'],
  ['2001:db8:1:2::a', '2001:db8:1:2:ffff::1', null],
  ['2001:db8:1:2::a', '2001:DB8:1:0002::a', null],
  ['2001:db8:1:2::a', '2001:db8:1:3::a', '2001:db8:1:…'],
  ['2001:db8::a', '203.0.113.10', '2001:db8:0:…'],
])('a request from %s is shown to a viewer at %s as %s', (from, address, network) => {
  const request = deviceRequest({ ...stored, address: from }, { address, now: 181_000 });
  expect(request).toEqual({ device: 'Roku', network, minutesAgo: 3 });
});

test('of a code without facts nothing is told', () => {
  expect(deviceRequest({}, { address: '203.0.113.10', now: 1_000 })).toBeUndefined();
});
