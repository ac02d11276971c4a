// Compiled against the packed package: what a media server relies on.
import {
  createVerifyMediaToken,
  type MediaToken,
  type MediaTokenStatus,
  readMediaTokenKeys,
} from 'kinpass/media-token';

export const tokenOf = async (
  files: string[],
  serialized: string,
): Promise<MediaToken | MediaTokenStatus> => {
  const verifyMediaToken = createVerifyMediaToken({
    keys: await readMediaTokenKeys(files),
    now: Date.now,
    useOnce: async (id, until) => id !== '' && until > 0,
  });
  const result = await verifyMediaToken(serialized, { requestor: 'REF30', resource: 'news' });
  return result.status === 'VALID_TOKEN' ? result.token : result.status;
};
