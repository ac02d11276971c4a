/** Headers and parameters whose values open something. */
const secret =
  /authorization|cookie|token|secret|assertion|statement|password|^code$|saml|^refresh|^client_secret|^signature$/i;

/** Enough to tell two values apart, too little to use. */
const stub = (value: string): string =>
  value.length <= 12 ? '…' : `${value.slice(0, 6)}…${value.slice(-2)} (${value.length})`;

const longest = 160;

/** A header's or parameter's value as the page shows it: secrets shortened, all else up to its length. */
export const shorten = (name: string, value: string): string => {
  if (secret.test(name)) {
    const [scheme, rest] = /^(Bearer|Basic|DPoP) (.*)$/i.exec(value)?.slice(1) ?? [];
    return rest === undefined ? stub(value) : `${scheme} ${stub(rest)}`;
  }
  return value.length > longest ? `${value.slice(0, longest)}… (${value.length})` : value;
};
