import { createHash } from 'node:crypto';

/** A file of the pages. */
export interface Asset {
  /** Contains a hash of the body, so that browsers may keep it for ever. */
  readonly path: string;
  /** MIME type. */
  readonly type: string;
  readonly body: string | Uint8Array;
}

export const createAsset = (name: string, { type, body }: Omit<Asset, 'path'>): Asset => ({
  path: `/assets/${createHash('sha256').update(body).digest('base64url').slice(0, 22)}/${name}`,
  type,
  body,
});
