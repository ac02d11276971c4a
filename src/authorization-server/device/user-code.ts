/**
 * Ten letters without vowels: 20^10 codes. Against 10,000 live ones, a million guesses a day hit once in 1,000 days
 * (RFC 8628 §5.1).
 */
export const userCodeMask = '*****-*****';

const userCode = /^[BCDFGHJKLMNPQRSTVWXZ]{10}$/;

/**
 * The code as it is stored, however it was typed: `bcdfg hjklm` and `ＢＣＤＦＧ－ＨＪＫＬＭ` are one code. Undefined for
 * what cannot be a code.
 */
export const parseUserCode = (typed: string): string | undefined => {
  const plain = typed
    .slice(0, 64)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return userCode.test(plain) ? plain : undefined;
};

/** As devices show it. */
export const formatUserCode = (code: string): string => {
  const half = code.length / 2;
  return `${code.slice(0, half)}-${code.slice(half)}`;
};
