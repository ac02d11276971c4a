import { createHmac, type KeyObject } from 'node:crypto';
import type { CodeKey } from '#src/families/codes';
import { constantTimeEqual } from '#src/lib/constant-time-equal';
import { compositeKey } from '#src/lib/single-flight';

interface Deps {
  /** The first makes tickets, all verify them. */
  readonly keys: readonly [KeyObject, ...KeyObject[]];
  readonly publicOrigin: string;
  /** The page on which codes of a family are typed. */
  pageOf(family: string): string;
}

/**
 * Links to the page on which a code is typed, with the code in it, for a QR code beside it. Their ticket is 128 bits that only the
 * gateway can compute: who has it has not guessed the code, and may be told what became of it.
 */
export const createActivationLinks = ({ keys, publicOrigin, pageOf }: Deps) => {
  const ticketBy = (key: KeyObject, { serviceProvider, code }: CodeKey): string =>
    createHmac('sha256', key)
      .update(`adobe-code:${compositeKey(serviceProvider, code)}`)
      .digest()
      .subarray(0, 16)
      .toString('base64url');
  return {
    of: (key: CodeKey, family: string): string => {
      const query = {
        user_code: key.code,
        service_provider: key.serviceProvider,
        ticket: ticketBy(keys[0], key),
      };
      return `${publicOrigin}${pageOf(family)}?${new URLSearchParams(query)}`;
    },
    fits: (ticket: string, key: CodeKey): boolean =>
      keys.some((candidate) => constantTimeEqual(ticket, ticketBy(candidate, key))),
  };
};

export type ActivationLinks = ReturnType<typeof createActivationLinks>;
