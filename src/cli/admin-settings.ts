import { faultLines } from '#src/config/faults/fault';
import { reviewConfig } from '#src/config/review';
import type { Config } from '#src/config/schema';
import { adminSchema } from '#src/config/schema/listeners';
import { fail } from '#src/lib/errors';

/**
 * Where a running gateway is asked, and with which token. Faults of other settings do not matter: it runs on with its
 * last valid ones, and tells of these faults itself. Errors: config_invalid.
 */
export const loadAdminSettings = async (file: string): Promise<Config['admin']> => {
  const { config, faults, input, placeOf } = await reviewConfig({
    file,
    env: process.env,
    cwd: process.cwd(),
  });
  if (config) return config.admin;
  const isReadable = placeOf([]) !== undefined;
  const admin = isReadable ? adminSchema.safeParse(input['admin']).data : undefined;
  if (admin) return admin;
  throw fail('config_invalid', { hint: faultLines(faults) });
};
