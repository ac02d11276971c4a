import { domainToASCII } from 'node:url';

// RFC 5322 atoms plus letters of any script (RFC 6531); neither quoted parts nor comments.
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}$/u;
const asciiDomain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;

/**
 * The normalized form that addresses are compared by: NFC, domain in lower-case punycode, local part in lower case. Dots
 * and plus signs stay, since only some providers ignore them. Undefined for anything but one plain address: `a@x@y`,
 * characters that look like @, control characters.
 */
export const normalizeEmail = (text: string): string | undefined => {
  const parts = text.normalize('NFC').split('@');
  const [local = '', host = ''] = parts;
  if (parts.length !== 2) return undefined;
  const domain = normalizeDomain(host);
  const lower = local.toLowerCase().normalize('NFC');
  if (domain === undefined || !localPart.test(lower) || lower.startsWith('.') || lower.endsWith('.'))
    return undefined;
  return `${lower}@${domain}`;
};

/** Lower-case punycode; undefined for anything but a mail domain, IP addresses included. */
export const normalizeDomain = (text: string): string | undefined => {
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(text)) return undefined;
  const domain = domainToASCII(text.normalize('NFC')).toLowerCase();
  return asciiDomain.test(domain) ? domain : undefined;
};

/** The domain of a normalized address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
