import { createHash } from 'node:crypto';
import type { Fixtures, ServiceProvider } from '#src/fixtures';
import { Refusal, refuse } from '../errors/refusal.ts';
import type { Answer } from '../requests/answer.ts';
import { type BearerDeps, clientOf, serviceProviderOf } from '../requests/bearer.ts';
import type { Incoming } from '../requests/call.ts';
import { findMvpd } from '../requests/find-fixture.ts';
import type { ForgottenTrials, Trials } from './temp-pass.ts';
import { identifierHash } from './trial-identity.ts';

type Deps = BearerDeps & {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly trials: Pick<Trials, 'forget'>;
};

/**
 * The service provider that the caller may reset. Errors: invalid_access_token (401) for an access token to renew,
 * forbidden_access_token (403) for client credentials to replace, invalid_parameter_service_provider.
 */
const authorized = (deps: Deps, { headers, query }: Incoming): ServiceProvider => {
  try {
    const client = clientOf(deps, headers.authorization);
    return serviceProviderOf(deps, client, query.get('requestor_id') ?? undefined);
  } catch (error) {
    const isForbidden = error instanceof Refusal && error.error.code.startsWith('invalid_access_token_');
    throw isForbidden ? refuse('forbidden_access_token') : error;
  }
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A device is named by its id as in the samples, by the id's SHA-256 hash, or as in AP-Device-Identifier. */
const isDevice =
  (named: string) =>
  (encoded: string): boolean => {
    const id = Buffer.from(encoded, 'base64').toString('utf8');
    return [id, sha256(id), encoded].includes(named);
  };

const isIdentity =
  (named: string) =>
  (hash: string): boolean =>
    hash === identifierHash(named);

const selection = (kind: ForgottenTrials['kind'], query: URLSearchParams): ForgottenTrials['isNamed'] => {
  const named = query.get(kind === 'device' ? 'device_id' : 'key');
  if (!named || named === 'all') return () => true;
  return kind === 'device' ? isDevice(named) : isIdentity(named);
};

/**
 * DELETE /reset-tempass/v3/reset resets the trials of one device or of all; /reset-tempass/v3/reset/generic those of
 * one identity (its hash or text) or of all. Adobe serves both on a separate host. Status 204.
 */
export const createResetTempPass =
  (deps: Deps, kind: ForgottenTrials['kind']) =>
  (incoming: Incoming): Answer => {
    const serviceProvider = authorized(deps, incoming);
    const mvpd = findMvpd(deps.fixtures, incoming.query.get('mvpd_id'));
    if (!mvpd.isTempPass || (kind === 'identity' && !mvpd.isPromotional))
      throw refuse('invalid_parameter_mvpd');
    const isNamed = selection(kind, incoming.query);
    deps.trials.forget({ serviceProvider: serviceProvider.id, mvpd: mvpd.id, kind, isNamed });
    return { status: 204, body: {} };
  };
