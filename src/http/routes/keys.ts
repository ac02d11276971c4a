import { z } from 'zod';
import type { KeyRing } from '#src/signing-keys/ports';
import type { Handler } from '../context.ts';
import { guardOut } from '../guard.ts';

const time = z.iso.datetime();
const notices = z.array(z.strictObject({ file: z.string(), message: z.string() }));

const keysSchema = z.strictObject({
  keys: z.array(
    z.strictObject({
      kid: z.string(),
      state: z.string(),
      since: time,
      fingerprint: z.string(),
      next: z.string().optional(),
      due: time.optional(),
    }),
  ),
  problems: notices,
  warnings: notices,
});

/** Every signing key, oldest first, with its next step and when that is due, as `kinpass keys list` shows them. */
export const createKeysHandler =
  ({ keyRing }: { readonly keyRing: Pick<KeyRing, 'status'> }): Handler =>
  (ctx) => {
    const { keys, problems, warnings } = keyRing.status();
    ctx.body = guardOut(keysSchema, {
      keys: keys.map(({ kid, state, since, fingerprint, next, by }) => ({
        kid,
        state,
        since: isoTime(since),
        fingerprint,
        ...(next !== '' && { next }),
        ...(by !== undefined && { due: isoTime(by) }),
      })),
      problems,
      warnings,
    });
  };

const isoTime = (ms: number): string => new Date(ms).toISOString();
