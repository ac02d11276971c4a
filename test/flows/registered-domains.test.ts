import { expect, test } from 'vitest';
import type { Call } from '#src/adobe-pass/types';
import type { LearnDomains } from '#src/flows/learn-domains';
import { createRegisteredDomains } from '#src/flows/registered-domains';
import { device } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
const call = (id: string, serviceProvider = 'REF30'): Call => ({
  credentials: { id, secret: 'secret' },
  device,
  serviceProvider,
});
const log = { warn: () => {} };

test('each environment and service provider has domains of its own', async () => {
  const learnDomains: LearnDomains = async (_key, { credentials, serviceProvider }) => ({
    domains: [`${serviceProvider}.${credentials.id.split('#')[0]}.example`],
    expiresAt: clock.now() + 1,
  });
  const domains = createRegisteredDomains({ listed: [], learnDomains, clock, log });
  expect(await domains.of(call('staging#1'))).toEqual(['REF30.staging.example']);
  expect(await domains.of(call('prequal#1'))).toEqual(['REF30.prequal.example']);
  expect(await domains.of(call('staging#2', 'REF40'))).toEqual(['REF40.staging.example']);
  expect(domains.known({ environment: 'staging', serviceProvider: 'REF30' })).toEqual([
    'REF30.staging.example',
  ]);
  expect(domains.known({ environment: 'default', serviceProvider: 'REF30' })).toBeUndefined();
});

test('whoever asks at the same time waits for the same answer', async () => {
  let asked = 0;
  const learnDomains: LearnDomains = async () => ({
    domains: [`${++asked}.example`],
    expiresAt: clock.now() + 1,
  });
  const domains = createRegisteredDomains({ listed: [], learnDomains, clock, log });
  const answers = await Promise.all([domains.of(call('1')), domains.of(call('2')), domains.of(call('3'))]);
  expect(answers).toEqual(Array(3).fill(['1.example']));
});
