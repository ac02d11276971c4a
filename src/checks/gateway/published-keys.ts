import { z } from 'zod';
import { parseJson } from '#src/lib/json';
import { inspectKeys, publishedKeys } from '#src/signing-keys/admin/key-manager';
import type { Check } from '../check.ts';
import { failed, ok } from '../outcome.ts';
import { get } from './get.ts';
import { keysId, type OpenKeys } from './keys.ts';
import { publicId } from './public-origin.ts';

interface Deps {
  readonly openKeys: OpenKeys;
  readonly publicOrigin: string;
}

const jwks = z.object({ keys: z.array(z.object({ kid: z.string(), n: z.string() })) });
const path = '/.well-known/service-token-jwks.json';

/** Whether the running gateway has the keys of these settings. */
export const createPublishedKeysCheck = ({ openKeys, publicOrigin }: Deps): Check => ({
  id: 'keys.published',
  question: 'Does the gateway publish the keys of these settings?',
  needs: [keysId, publicId],
  run: async (signal) => {
    const manager = await openKeys();
    const own = new Map(
      (manager ? publishedKeys(await inspectKeys(manager)) : []).map(({ kid, n }) => [kid, n]),
    );
    const answer = await get(`${publicOrigin}${path}`, { signal, headers: { 'cache-control': 'no-cache' } });
    const found = answer.answered ? jwks.safeParse(parseJson(answer.body)).data?.keys : undefined;
    if (!found) return failed(`There is no key set at ${publicOrigin}${path}.`, 'Check the proxy.');
    const published = new Map(found.map(({ kid, n }) => [kid, n]));
    const missing = [...own.keys()].filter((kid) => published.get(kid) !== own.get(kid));
    const foreign = [...published.keys()].filter((kid) => !own.has(kid));
    if (missing.length + foreign.length === 0)
      return ok('The gateway publishes the keys of these settings.', { published: [...own.keys()] });
    const facts = {
      ...(missing.length > 0 && { missing }),
      ...(foreign.length > 0 && { unknownHere: foreign }),
    };
    const cure =
      'Run this command in the working directory of the gateway; see that each instance uses the same keys, and that no cache keeps the key set for more than five minutes.';
    return failed('The gateway publishes other keys than those of these settings.', cure, facts);
  },
});
