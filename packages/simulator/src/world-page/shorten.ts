/** Names of headers and parameters that hold credentials. */
const secret =
  /authorization|cookie|token|secret|assertion|statement|password|^code$|saml|^refresh|^client_secret|^signature$/i;

/** Enough to tell two values apart, too little to use one. */
const stub = (value: string): string =>
  value.length <= 12 ? '…' : `${value.slice(0, 6)}…${value.slice(-2)} (${value.length})`;

const maxLength = 160;

/** The value of a header or parameter for display: secrets shortened, everything else up to the maximum length. */
export const shorten = (name: string, value: string): string => {
  if (secret.test(name)) {
    const [scheme, rest] = /^(Bearer|Basic|DPoP) (.*)$/i.exec(value)?.slice(1) ?? [];
    return rest === undefined ? stub(value) : `${scheme} ${stub(rest)}`;
  }
  return value.length > maxLength ? `${value.slice(0, maxLength)}… (${value.length})` : value;
};
