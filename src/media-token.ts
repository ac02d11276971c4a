/**
 * What `import … from 'kinpass/media-token'` gives a media server: the verification of media tokens, without the gateway. This
 * file owns the public names and must not hold any code.
 */
export type { MediaToken } from './media-token/fields.ts';
export { readMediaTokenKeys } from './media-token/read-keys.ts';
export {
  createVerifyMediaToken,
  type ExpectedMediaToken,
  type MediaTokenOptions,
  type MediaTokenStatus,
  type MediaTokenVerification,
  type VerifyMediaToken,
} from './media-token/verify-media-token.ts';
