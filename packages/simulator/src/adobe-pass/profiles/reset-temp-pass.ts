import { findMvpd, findServiceProvider, type Incoming } from '../call.ts';
import type { AdobeContext, Answer } from '../context.ts';
import { refuse } from '../refusal.ts';
import { identityHash } from './temp-pass.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'trials'>;

/**
 * DELETE /reset-tempass/v3/reset (of one device, or of all) and /reset-tempass/v3/reset/generic (of one identity, by its
 * text or its hash, or of all): what Adobe keeps on a host of its own for programmers. Answers 204.
 */
export const createResetTempPass =
  (context: Context, kind: 'device' | 'identity') =>
  ({ query }: Incoming): Answer => {
    const serviceProvider = findServiceProvider(context, query.get('requestor_id') ?? undefined);
    const mvpd = findMvpd(context, query.get('mvpd_id') ?? undefined);
    if (!mvpd.isTempPass) throw refuse('invalid_parameter_mvpd');
    const named = query.get(kind === 'device' ? 'device_id' : 'key');
    const values = kind === 'identity' && named !== null ? [named, identityHash(named)] : [named];
    for (const value of values)
      context.trials.forget({ serviceProvider: serviceProvider.id, mvpd: mvpd.id, by: { kind, value } });
    return { status: 204, body: {} };
  };
