/**
 * During a rolling restart, nodes of two versions read the same changes. A kind of change that the earlier version did not know
 * failed its every read, so that it served nobody with a bearer.
 */
import { expect, test } from 'vitest';
import { changeRow } from '#src/stores/change-row';

test('a kind of change that this version does not know is read past', () => {
  const row = { position: 7, kind: 'weather', id: 'sunny', at: 1 };
  expect(changeRow.parse(row)).toEqual({ ...row, kind: 'unknown' });
});
