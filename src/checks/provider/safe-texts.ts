import type { Check, Outcome } from '../check.ts';

type Fact = NonNullable<Outcome['facts']>[string];

/** Characters of one text; a provider may publish lists without end. */
const maxLength = 1_000;

/**
 * The same check, for outcomes that hold texts of the provider: they end up on a terminal, so nothing invisible remains
 * of them, and the client secret is removed, in case the provider sends it back.
 */
export const withSafeTexts = (check: Check, secret: string | undefined): Check => {
  const safe = (text: string): string => {
    const shown = secret ? text.replaceAll(secret, '[secret]') : text;
    const plain = shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�');
    return plain.length > maxLength ? `${plain.slice(0, maxLength)}…` : plain;
  };
  const safeFact = (fact: Fact): Fact =>
    typeof fact === 'string' ? safe(fact) : typeof fact === 'object' ? fact.map(safe) : fact;
  return {
    ...check,
    run: async (signal) => {
      const { verdict, summary, cure, facts = {} } = await check.run(signal);
      const safeFacts = Object.entries(facts).map(([name, fact]) => [name, safeFact(fact)] as const);
      return {
        verdict,
        summary: safe(summary),
        ...(cure !== undefined && { cure: safe(cure) }),
        ...(safeFacts.length > 0 && { facts: Object.fromEntries(safeFacts) }),
      };
    },
  };
};
