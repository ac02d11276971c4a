import { z } from 'zod';
import { parseJson } from '#src/lib/json';
import { inspectKeys, type KeyManager, publishedKeys } from '#src/signing-keys/admin/key-manager';
import type { Check } from '../check.ts';
import { failed, ok } from '../outcome.ts';
import { get } from './get.ts';
import { keysId } from './keys.ts';
import { publicId } from './public-origin.ts';

interface Deps {
  readonly manager: KeyManager;
  readonly publicOrigin: string;
}

const jwks = z.object({ keys: z.array(z.object({ kid: z.string(), n: z.string() })) });
const path = '/.well-known/service-token-jwks.json';

/** Whether the running gateway has the keys of these settings. */
export const createPublishedKeysCheck = ({ manager, publicOrigin }: Deps): Check => ({
  id: 'keys.published',
  question: 'Does the gateway publish the keys of the keys directory?',
  needs: [keysId, publicId],
  run: async (signal) => {
    const own = new Map(publishedKeys(await inspectKeys(manager)).map(({ kid, n }) => [kid, n]));
    const answer = await get(`${publicOrigin}${path}`, { signal, headers: { 'cache-control': 'no-cache' } });
    const found = answer.answered ? jwks.safeParse(parseJson(answer.body)).data?.keys : undefined;
    if (!found) return failed(`There is no key set at ${publicOrigin}${path}.`, 'Check the proxy.');
    const published = new Map(found.map(({ kid, n }) => [kid, n]));
    const missing = [...own.keys()].filter((kid) => published.get(kid) !== own.get(kid));
    const foreign = [...published.keys()].filter((kid) => !own.has(kid));
    if (missing.length + foreign.length === 0)
      return ok('The gateway publishes the keys of the keys directory.', { published: [...own.keys()] });
    const facts = {
      ...(missing.length > 0 && { missing }),
      ...(foreign.length > 0 && { unknownHere: foreign }),
    };
    const cure =
      'Run this command in the working directory of the gateway; see that each instance has the same keys directory, and that no cache keeps the key set for more than five minutes.';
    return failed('The gateway publishes other keys than those of the keys directory.', cure, facts);
  },
});
