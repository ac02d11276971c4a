import { z } from 'zod';
import { duration } from '../values.ts';

export const knownAnswersSchema = z
  .strictObject({
    profileFreshness: duration('0s', '1h')
      .prefault('5m')
      .describe(
        'How long profiles that Adobe answered are served from memory, at most until they expire; `0s`: every read is made at Adobe',
      ),
    configurationFreshness: duration('0s', '1h')
      .prefault('3m')
      .describe(
        'How long the configuration of a service provider is served from memory; for as long again while it is read again. `0s`: every read is made at Adobe',
      ),
  })
  .prefault({});
