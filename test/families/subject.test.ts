import { expect, test } from 'vitest';
import { createSubjectOf, createSubjectOfClaim, secretFingerprint } from '#src/families/subject';

const secret = Buffer.alloc(32, 1);

// Services store subjects, and the journal stores fingerprints: the same input must give these values for good.
test('pseudonyms and fingerprints never change', () => {
  expect(createSubjectOf(secret)('ref', 'a')).toBe('w6bX0isN3iWc4diTsBau9954JAl8ZOuS48iOF5REKw0');
  expect(createSubjectOfClaim(secret)('ref', 'a')).toBe('uHP0bbF4Aj_PVVXiEuSFonWfZymkbu1wj6wKLJpMM3Y');
  expect(secretFingerprint(secret)).toBe('VPYmaB0FSPTH_ts-4SS5WCQwSw8f3ye8zqEht0ikHIw');
});
