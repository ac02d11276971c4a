import { describe, expect, test } from 'vitest';
import type { Answer } from '#src/adobe-pass/types';
import { effectOf, saysLoggedIn } from '#src/known-answers/effect';
import { operations } from '#src/rest-v2/operations';
import { profile, profilesAnswer } from './world.ts';

const answer = (body: object, status = 200): Answer => ({ status, body: JSON.parse(JSON.stringify(body)) });

const everywhere = { kind: 'everywhere' };
const pending = { ...everywhere, pendingUntil: 9_000, pendingSince: 1_000 };
const open = { code: 'ABC', notBefore: '1000', notAfter: '9000' };
const permit = { resource: 'r', authorized: true };
const deny = (code: string) => ({ resource: 'r', authorized: false, error: { code } });

test.each<[string, keyof typeof operations, Answer | undefined, object | undefined]>([
  ['a session with a code', 'createSession', answer(open), pending],
  [
    'one whose beginning is not told',
    'createSession',
    answer({ ...open, notBefore: undefined }),
    { ...everywhere, pendingUntil: 9_000 },
  ],
  ['a session that needs none', 'createSession', answer({ actionName: 'authorize' }), everywhere],
  ['a session that was refused', 'createSession', answer({ code: 'x' }, 400), undefined],
  ['a session without an answer', 'createSession', undefined, undefined],
  ['a resumed session', 'resumeSession', answer(open), pending],
  ['a partner’s session', 'createPartnerSession', answer(open), pending],
  ['a partner’s profile', 'createPartnerProfile', answer({}), { ...everywhere, pendingUntil: 0 }],
  ['a partner’s profile without an answer', 'createPartnerProfile', undefined, everywhere],
  [
    'a code that leads to a profile',
    'getProfileByCode',
    profilesAnswer({ A: profile() }),
    { ...everywhere, pendingUntil: 0 },
  ],
  ['a code that does not yet', 'getProfileByCode', profilesAnswer({}), undefined],
  ['profiles', 'getProfiles', profilesAnswer({ A: profile() }), undefined],
  ['a permit', 'authorize', answer({ decisions: [permit] }), { kind: 'here', isDenial: false }],
  [
    'a denial',
    'authorize',
    answer({ decisions: [deny('authorization_denied_by_mvpd')] }),
    { kind: 'here', isDenial: true },
  ],
  ['decisions that cannot be read', 'authorize', answer({}), { kind: 'here', isDenial: true }],
  ['an authorization that failed', 'authorize', answer({}, 503), undefined],
  ['preauthorization', 'preauthorize', answer({ decisions: [permit, deny('x')] }), undefined],
  ['a logout', 'logOut', answer({}), everywhere],
  ['a logout that failed', 'logOut', answer({}, 500), everywhere],
  ['a logout without an answer', 'logOut', undefined, everywhere],
  ['the configuration', 'configuration', answer({}), undefined],
  [
    'a profile that is missing, for one resource',
    'preauthorize',
    answer({ decisions: [deny('authenticated_profile_missing')] }),
    everywhere,
  ],
  [
    'a profile that has expired, for all',
    'authorize',
    answer({ code: 'authenticated_profile_expired' }, 403),
    everywhere,
  ],
  [
    'a session that the MVPD has ended',
    'authorize',
    answer({ decisions: [deny('authorization_denied_by_session_invalidated')] }),
    everywhere,
  ],
])('what %s does to profiles that are known', (_, operation, given, effect) => {
  expect(effectOf(operations[operation], given)).toEqual(effect);
});

test('bytes are read where there are some', () => {
  const bytes = Buffer.from('{"code":"authenticated_profile_invalidated"}');
  expect(effectOf(operations.preauthorize, { status: 403, body: {}, bytes })).toEqual(everywhere);
});

describe('profiles that say that the viewer has logged in', () => {
  test.each([
    ['newer than the session', { notBefore: 1_000 }, true],
    ['older', { notBefore: 999 }, false],
    ['of the family', { notBefore: 2_000, type: 'serviceTokenSSO' }, false],
    ['temporary', { notBefore: 2_000, type: 'temporary' }, false],
    ['without a time', { notBefore: undefined }, false],
  ])('%s', (_, changes, says) => {
    expect(saysLoggedIn(profilesAnswer({ A: profile(changes) }), 1_000)).toBe(says);
  });
});
