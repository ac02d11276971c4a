import { z } from 'zod';
import { parseJson } from '#src/lib/json';
import type { Check } from '../check.ts';
import { failed, ok, skipped } from '../outcome.ts';
import { type AdminListener, isRunning } from './admin-listener.ts';
import { get } from './get.ts';
import { wayTo } from './targets.ts';

export const publicId = 'public';

interface Deps {
  readonly publicOrigin: string;
  readonly admin: Pick<AdminListener, 'get'>;
}

/** What a proxy answers for a server that does not. */
const proxyAlone: ReadonlySet<number> = new Set([502, 503, 504]);

const metadata = z.object({ issuer: z.string() });

/** Whether the gateway is what apps and browsers find at its public origin. */
export const createPublicCheck = ({ publicOrigin, admin }: Deps): Check => ({
  id: publicId,
  question: 'Is the gateway what answers at publicOrigin?',
  needs: wayTo(new URL(publicOrigin)),
  run: async (signal) => {
    const answer = await get(`${publicOrigin}/.well-known/openid-configuration`, { signal });
    const isAway = !answer.answered || proxyAlone.has(answer.status);
    if (isAway && !(await isRunning(admin))) return skipped('The gateway is not running.');
    if (!answer.answered) {
      const cure = 'Check publicOrigin, the proxy in front of the gateway, and public.host and public.port.';
      return failed(`Nobody answers at ${publicOrigin} (${answer.reason}).`, cure);
    }
    const { issuer } = metadata.safeParse(parseJson(answer.body)).data ?? {};
    if (issuer === publicOrigin) return ok(`The gateway answers at ${publicOrigin}.`);
    const facts = { status: answer.status, ...(issuer !== undefined && { issuer }) };
    if (issuer === undefined) {
      const cure = 'Check that the proxy passes every path to the gateway, and that the gateway runs.';
      return failed(`Something other than the gateway answers at ${publicOrigin}.`, cure, facts);
    }
    const cure = 'Restart the gateway if publicOrigin has changed; otherwise correct it, or the proxy.';
    return failed(`The gateway at ${publicOrigin} has another issuer.`, cure, facts);
  },
});
