import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export const pair = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength });

/** Every field that Adobe sends, in its order; the token is valid for seven minutes from `issueTime`. */
export const fields = {
  sessionGUID: '0123456789abcdef0123456789abcdef',
  requestorID: 'REF30',
  resourceID: 'news',
  ttl: '420000',
  issueTime: '2026-01-01 00:00:00 -0800',
  mvpdId: 'Cablevision',
} as const;

export const issuedAt = Date.parse('2026-01-01T08:00:00Z');

export const elementOf = (content: object, name = 'authToken'): string => {
  const inner = Object.entries(content).map(([field, value]) => `<${field}>${value}</${field}>`);
  return `<${name}>${inner.join('')}</${name}>`;
};

/** An element with its signature in front, as Adobe sends it but for the Base64. */
export const signed = (element: string, key: KeyObject, closing = '<signatureInfo>'): string =>
  `<signatureInfo>${sign('sha256', Buffer.from(element), key).toString('base64')}${closing}${element}`;
