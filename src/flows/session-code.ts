import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';

/** Session answers give `notAfter` as a decimal string of epoch milliseconds. */
const withCode = z.object({
  code: z.string().min(1),
  notAfter: z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number),
});

/** The code in a session answer, if there is one. It is opaque. */
export const codeOf = ({ status, body }: Answer): { code: string; notAfter: number } | undefined => {
  const parsed = withCode.safeParse(body);
  return status === 200 && parsed.success ? parsed.data : undefined;
};
