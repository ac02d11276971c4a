import { expect, test } from 'vitest';
import { createMethodsOf } from '#src/authorization-server/provider/routes';
import { authorizationServerPaths } from '#src/http/paths';

test.each([
  ['/device', ['GET', 'POST']],
  ['/interaction/abc/approve', ['POST']],
  ['/Device', undefined],
  ['/device/', undefined],
  ['/api/v2/REF30/profiles', undefined],
  ['/callback/..', undefined],
])('%s takes %s', (path, methods) => {
  expect(createMethodsOf(authorizationServerPaths)(path)).toEqual(methods);
});
