import { expect, test } from 'vitest';
import { type NextStep, nextStepOf } from '#src/flows/next-step';

const upgrades = [
  { mvpd: 'Cablevision', details: 'not in your package' },
  { mvpd: 'Spectrum', details: 'SUBSCRIPTION' },
];

/** [code, action, details, MVPD, next step] */
test.for<[string, string, string | undefined, string, NextStep | undefined]>([
  ['authorization_denied_by_mvpd', 'none', 'It is Not In Your Package.', 'Cablevision', 'upgrade'],
  ['authorization_denied_by_mvpd', 'none', 'It is not in your package.', 'Spectrum', 'contact-provider'],
  ['authorization_denied_by_mvpd', 'none', 'check your subscription', 'Spectrum', 'upgrade'],
  ['authorization_denied_by_mvpd', 'none', undefined, 'Cablevision', 'contact-provider'],
  ['authorization_denied_by_parental_controls', 'none', 'not in your package', 'Cablevision', 'parental'],
  ['authorization_denied_by_degradation_rule', 'none', undefined, 'Cablevision', 'retry'],
  ['authorization_denied_by_hba_policies', 'authentication', undefined, 'Cablevision', 'authenticate'],
  ['authorization_denied_by_session_invalidated', 'authentication', undefined, 'Cablevision', 'authenticate'],
  ['authenticated_profile_missing', 'authentication', undefined, 'Cablevision', 'authenticate'],
  ['network_connection_timeout', 'retry', undefined, 'Cablevision', 'retry'],
  ['too_many_resources', 'configuration', undefined, 'Cablevision', undefined],
  ['invalid_parameter_mvpd', 'none', undefined, 'Cablevision', undefined],
  ['a_code_of_tomorrow', 'none', undefined, 'Cablevision', undefined],
])('%s (%s, %j) of %4$s', ([code, action, details, mvpd, step]) => {
  const reason = { code, action, status: 403, message: 'denied', ...(details && { details }) };
  expect(nextStepOf(reason, mvpd, upgrades)).toBe(step);
});
