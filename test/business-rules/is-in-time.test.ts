import { expect, test } from 'vitest';
import { isInTime } from '#src/business-rules/is-in-time';
import type { TimeWindow } from '#src/config/business-rules/rule-schema';

const newYork = (window: Omit<TimeWindow, 'zone'>): TimeWindow => ({ zone: 'America/New_York', ...window });
const nights = newYork({ days: ['fri'], from: '22:00', to: '06:00' });

// 2031-03-05 is a Wednesday. New York sets its clocks forward on 2031-03-09, and back on 2031-11-02.
test.each<[what: string, window: TimeWindow, at: string, isIn: boolean]>([
  ['from its first minute', newYork({ from: '20:00', to: '21:30' }), '2031-03-05T20:00-05:00', true],
  ['not before', newYork({ from: '20:00', to: '21:30' }), '2031-03-05T19:59:59-05:00', false],
  ['to its last minute', newYork({ from: '20:00', to: '21:30' }), '2031-03-05T21:29:59-05:00', true],
  ['not at its end', newYork({ from: '20:00', to: '21:30' }), '2031-03-05T21:30-05:00', false],
  ['told by the zone, not by UTC', newYork({ from: '20:00', to: '21:30' }), '2031-03-05T20:00Z', false],
  ['on its days', newYork({ days: ['wed'] }), '2031-03-05T23:59-05:00', true],
  ['not on others', newYork({ days: ['wed'] }), '2031-03-06T00:00-05:00', false],
  ['over midnight, before it', nights, '2031-03-07T22:00-05:00', true],
  ['over midnight, after it', nights, '2031-03-08T05:59-05:00', true],
  ['over midnight, on the morning of its day', nights, '2031-03-07T05:59-05:00', false],
  [
    'over midnight, from Sunday to Monday',
    newYork({ days: ['sun'], from: '22:00', to: '06:00' }),
    '2031-03-10T01:00-04:00',
    true,
  ],
  ['to midnight', newYork({ from: '22:00', to: '00:00' }), '2031-03-07T23:59-05:00', true],
  ['at midnight no more', newYork({ from: '22:00', to: '00:00' }), '2031-03-08T00:00-05:00', false],
  ['since', newYork({ since: '2031-03-05T20:00' }), '2031-03-05T20:00-05:00', true],
  ['before since', newYork({ since: '2031-03-05T20:00' }), '2031-03-05T19:59-05:00', false],
  ['until', newYork({ until: '2031-03-05T20:00' }), '2031-03-05T19:59-05:00', true],
  ['at until', newYork({ until: '2031-03-05T20:00' }), '2031-03-05T20:00-05:00', false],
  [
    'at all of it',
    newYork({ since: '2031-03-01T00:00', days: ['wed'], from: '12:00', to: '13:00' }),
    '2031-03-05T12:30-05:00',
    true,
  ],
  ['in summer', newYork({ from: '20:00', to: '21:00' }), '2031-07-01T20:30-04:00', true],
  [
    'in the hour that is there twice, first',
    newYork({ from: '01:00', to: '02:00' }),
    '2031-11-02T01:30-04:00',
    true,
  ],
  [
    'in the hour that is there twice, again',
    newYork({ from: '01:00', to: '02:00' }),
    '2031-11-02T01:30-05:00',
    true,
  ],
])('%s', (_, window, at, isIn) => {
  expect(isInTime(window, Date.parse(at))).toBe(isIn);
});
