import { expect, test } from 'vitest';
import { clientIdOf, environmentOf, idIn } from '#src/adobe-pass/environment';

test.each([
  ['default', '2f1a-b', '2f1a-b'],
  ['staging', '2f1a-b', 'staging#2f1a-b'],
  ['default', 'a#b', 'default#a#b'],
  ['staging', 'a#b', 'staging#a#b'],
])('credentials of %s with the client_id %s are kept as %s', (environment, clientId, id) => {
  expect(idIn(environment, clientId)).toBe(id);
  expect([environmentOf(id), clientIdOf(id)]).toEqual([environment, clientId]);
});
