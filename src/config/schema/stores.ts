import { z } from 'zod';
import { duration, text } from '../values.ts';

export const storeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sqlite').describe('One database file on this machine'),
      file: text.default('.data/kinpass.db').describe('The database; its folder is created'),
    }),
    z.strictObject({ kind: z.literal('memory').describe('Nothing is kept: for development only') }),
  ])
  .default({ kind: 'sqlite', file: '.data/kinpass.db' });

export const sweepSchema = z
  .strictObject({
    interval: duration('1s', '1d')
      .prefault('1m')
      .describe('How often expired data is removed from the store'),
    unusedInstanceLifetime: duration('1d', '3650d')
      .prefault('30d')
      .describe('Age at which an instance that never got Adobe credentials, and is not used, is removed'),
  })
  .prefault({});
