import { hash } from 'node:crypto';

/** The nth viewer, on a device of their own: everything follows from the number, so that no list is kept anywhere. */
export const viewerAt = (index: number) => ({
  account: uuid('account', index),
  instance: uuid('instance', index),
  grant: secret('grant', index),
  accessToken: secret('access token', index),
  refreshToken: secret('refresh token', index),
  /** Adobe's client_id. */
  credentials: uuid('credentials', index),
  /** AP-Device-Identifier. */
  device: `fingerprint ${Buffer.from(`device ${index}`).toString('base64')}`,
  address: addressAt(index),
});

export type Viewer = ReturnType<typeof viewerAt>;

const addressAt = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

/** 43 characters, as the gateway's own tokens. */
const secret = (what: string, index: number): string => hash('sha256', `${what} ${index}`, 'base64url');

const uuid = (what: string, index: number): string => {
  const hex = hash('sha256', `${what} ${index}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
