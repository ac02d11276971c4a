import { z } from 'zod';
import { isPlainText } from '#src/lib/text';

export const oneLine = 'must be one line that is not blank, without invisible characters';

/** Why an operator acts: for the audit log. */
export const reason = z
  .string()
  .max(500)
  .refine((text) => text === '' || isPlainText(text), oneLine)
  .default('');
