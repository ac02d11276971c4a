import { expect, test } from 'vitest';
import { configSchema } from '#src/config/schema';
import { fail } from '#src/lib/errors';

test('x', () => {
  expect(fail('gateway_internal').status).toBe(500);
  const r = configSchema.safeParse({});
  expect(r.success).toBe(false);
});
