import type { Fixtures } from '#src/fixtures';
import { refuse } from '../errors/refusal.ts';
import type { Answer } from '../requests/answer.ts';
import type { Incoming } from '../requests/call.ts';
import { findMvpd, findServiceProvider } from '../requests/find-fixture.ts';
import { identityHash, type Trials } from './temp-pass.ts';

interface Deps {
  readonly fixtures: Pick<Fixtures, 'serviceProviders' | 'mvpds'>;
  readonly trials: Pick<Trials, 'forget'>;
}

/**
 * DELETE /reset-tempass/v3/reset resets the trials of one device or of all; /reset-tempass/v3/reset/generic those of
 * one identity (its text or hash) or of all. Adobe serves both on a separate host. Status 204.
 */
export const createResetTempPass =
  ({ fixtures, trials }: Deps, kind: 'device' | 'identity') =>
  ({ query }: Incoming): Answer => {
    const serviceProvider = findServiceProvider(fixtures, query.get('requestor_id'));
    const mvpd = findMvpd(fixtures, query.get('mvpd_id'));
    if (!mvpd.isTempPass) throw refuse('invalid_parameter_mvpd');
    const named = query.get(kind === 'device' ? 'device_id' : 'key');
    const values = kind === 'identity' && named !== null ? [named, identityHash(named)] : [named];
    for (const value of values)
      trials.forget({ serviceProvider: serviceProvider.id, mvpd: mvpd.id, by: { kind, value } });
    return { status: 204, body: {} };
  };
