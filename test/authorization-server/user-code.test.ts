import { expect, test } from 'vitest';
import { formatUserCode, parseUserCode } from '#src/authorization-server/device/user-code';

test.each([
  'BCDFG-HJKLM',
  'bcdfghjklm',
  ' bcdfg  hjklm ',
  'b-c-d-f-g-h-j-k-l-m',
  'BCDFG\u2013HJKLM',
  '\u200bBCDFG\u00a0HJKLM',
  '\uff22\uff23\uff24\uff26\uff27\uff0d\uff48\uff4a\uff4b\uff4c\uff4d',
])('%j is the code BCDFGHJKLM', (typed) => {
  expect(parseUserCode(typed)).toBe('BCDFGHJKLM');
});

test.each([
  '',
  'BCDFG-HJKL',
  'BCDFG-HJKLMN',
  'AAAAA-AAAAA',
  'BCDFG-HJKL1',
  'ВCDFG-HJKLM',
  `${' '.repeat(64)}BCDFGHJKLM`,
])('%j cannot be a code', (typed) => {
  expect(parseUserCode(typed)).toBeUndefined();
});

test('a code is shown in two halves', () => {
  expect(formatUserCode('BCDFGHJKLM')).toBe('BCDFG-HJKLM');
});
