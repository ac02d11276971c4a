/**
 * Adobe's policy enforcement point: it asks MVPDs in XACML 2.0, checks the response against the query, and fulfils
 * obligations. This folder owns cached permits and the transaction log; it must not treat a missing result as a permit.
 */
import type { Authorization } from '#src/fixtures';
import { compositeKey } from '#src/lib/composite-key';
import { fingerprint } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';
import { obligationIds, sameName } from '#src/xacml-names';
import { Refusal, refuse } from '../errors/refusal.ts';
import type { Denial, MvpdAuthorization, Permission, Verdict } from '../mvpd-ports.ts';
import { type Ask, type AskDeps, type AuthorizationQuestion, createAsk, lineupOf } from './ask.ts';
import { fulfil } from './fulfil.ts';
import { TransportError } from './post.ts';
import { type Answer, PrincipalRejected, type Result } from './read-response.ts';
import { type RequestedResource, readResource } from './resource.ts';
import { createTransactions, type Transaction } from './transactions.ts';

export interface XacmlAuthorization extends MvpdAuthorization {
  /** The logged decisions, oldest first. */
  transactions(): readonly Transaction[];
  /** Drops the cached permits of one subscriber, on all devices. */
  forget(subscriber: Subscriber): void;
  /** Drops permits and transactions. */
  reset(): void;
}

/** A subscriber, by the id at their MVPD. */
export interface Subscriber {
  readonly mvpd: string;
  readonly userId: string;
}

interface Held extends Subscriber {
  readonly permission: Permission;
  readonly until: number;
}

const principalCodes = {
  unknown: 'identity_not_recognized_by_mvpd',
  ended: 'authorization_denied_by_session_invalidated',
} as const;

/** The denial of each resource when the whole query failed. */
const denialOf = (error: unknown): Denial => {
  if (error instanceof TransportError) return { permit: false, code: error.code };
  if (error instanceof Refusal) {
    const { code, details } = error.error;
    return { permit: false, code, ...(details !== undefined && { details }) };
  }
  if (!(error instanceof PrincipalRejected)) throw error;
  const { reason, message } = error;
  return { permit: false, code: principalCodes[reason], ...(message && { details: message }) };
};

/**
 * Groups resources into queries: one each for playback, several per query where the MVPD supports it for preflight.
 * Resources with the same id need separate queries, because results are identified by id.
 */
const queriesOf = (
  resources: readonly RequestedResource[],
  together: boolean,
): readonly (readonly RequestedResource[])[] => {
  if (!together) return resources.map((resource) => [resource]);
  const queries: RequestedResource[][] = [];
  for (const resource of resources) {
    const fitting = queries.find((query) => query.every(({ id }) => id !== resource.id));
    if (fitting) fitting.push(resource);
    else queries.push([resource]);
  }
  return queries;
};

const keyOf = (
  { mvpd, serviceProvider, subscriber, notAfter, device }: AuthorizationQuestion,
  asked: string,
) =>
  fingerprint(
    compositeKey(
      ...[mvpd.id, serviceProvider, subscriber.userId, JSON.stringify(subscriber.session)],
      ...[String(notAfter), device.identifier, device.address, asked],
    ),
  );

const transactionOf = (
  { mvpd, serviceProvider, subscriber, device, preflight }: AuthorizationQuestion,
  entry: { at: number; resource: string; result: Result | null; verdict: Verdict; fault?: string },
): Transaction => {
  const { at, resource, result, verdict, fault = null } = entry;
  const obligations = result?.obligations.map(({ id }) => id) ?? [];
  return {
    at: new Date(at).toISOString(),
    mvpd: mvpd.id,
    serviceProvider,
    userId: subscriber.userId,
    address: device.address,
    preflight,
    resource,
    fault,
    obligations,
    decision: result?.decision ?? null,
    statusCode: result?.statusCode ?? null,
    statusMessage: result?.statusMessage ?? null,
    logged: obligations.some((id) => sameName(id, obligationIds.log)),
    permit: verdict.permit,
    ttl: verdict.permit ? verdict.ttl : null,
    code: verdict.permit ? null : verdict.code,
  };
};

const createPermits = ({ clock }: Pick<AskDeps, 'clock'>) => {
  const held = createLru<Held>(10_000);
  return {
    clear: held.clear,
    find: (key: string): Permission | null => {
      const found = held.get(key);
      const ttl = found ? found.until - clock.now() : 0;
      return found && ttl > 0 ? { ...found.permission, ttl } : null;
    },
    keep: (key: string, { mvpd, userId }: Subscriber, verdict: Verdict): void => {
      if (!verdict.permit) return;
      held.set(key, { mvpd, userId, permission: verdict, until: clock.now() + verdict.ttl });
    },
    forget: ({ mvpd, userId }: Subscriber): void => {
      for (const [key, permit] of held.list())
        if (permit.mvpd === mvpd && permit.userId === userId) held.delete(key);
    },
  };
};

const lineupVerdict = (
  { asked, id }: RequestedResource,
  lineup: readonly string[],
): readonly [string, Verdict] => {
  const details = `Your channel lineup does not include "${id}"`;
  return lineup.includes(id)
    ? [asked, { permit: true, ttl: 0 }]
    : [asked, { permit: false, code: 'preauthorization_denied_by_mvpd', details }];
};

const createQuery =
  ({ clock }: Pick<AskDeps, 'clock'>, ask: Ask, add: (transaction: Transaction) => void) =>
  async (
    question: AuthorizationQuestion,
    authorization: Authorization,
    resources: readonly RequestedResource[],
  ): Promise<(readonly [string, Verdict])[]> => {
    const { notAfter, preflight } = question;
    let answer: Answer;
    try {
      answer = await ask({ question, authorization, resources });
    } catch (error) {
      const verdict = denialOf(error);
      const fault = error instanceof Error ? error.message : '';
      return resources.map(({ asked, id }) => {
        add(transactionOf(question, { at: clock.now(), resource: id, result: null, verdict, fault }));
        return [asked, verdict];
      });
    }
    const now = clock.now();
    const ends = { conditions: answer.notOnOrAfter, profile: notAfter };
    return resources.flatMap(({ asked, id }) => {
      const result = answer.results.get(id);
      if (!result) return [];
      const verdict = fulfil(result, { authorization, now, ends, preflight });
      add(transactionOf(question, { at: now, resource: id, result, verdict }));
      return [[asked, verdict] as const];
    });
  };

export const createEnforcementPoint = (deps: AskDeps): XacmlAuthorization => {
  const transactions = createTransactions();
  const permits = createPermits(deps);
  const query = createQuery(deps, createAsk(deps), transactions.add);

  const decideOn = async (
    open: readonly RequestedResource[],
    question: AuthorizationQuestion,
    authorization: Authorization,
  ): Promise<readonly (readonly [string, Verdict])[]> => {
    const { preflight, subscriber } = question;
    const method = preflight ? authorization.preflight : 'fork-join';
    const lineup = method === 'channel-lineup' ? lineupOf(subscriber) : null;
    if (lineup) return open.map((resource) => lineupVerdict(resource, lineup));
    const together = method === 'multi-channel';
    const queries = queriesOf(open, together);
    const answered = await Promise.all(queries.map((group) => query(question, authorization, group)));
    return answered.flat();
  };

  const authorize: MvpdAuthorization['authorize'] = async (question) => {
    const { mvpd, preflight, subscriber } = question;
    const owner = { mvpd: mvpd.id, userId: subscriber.userId };
    const { authorization } = mvpd;
    if (!authorization) throw refuse('internal_server_error');
    const resources = [...new Set(question.resources)].map((asked) => {
      const resource = readResource(asked, authorization.resources);
      if (!resource) throw refuse('invalid_parameter_resources');
      return resource;
    });
    const verdicts = new Map<string, Verdict>();
    if (!preflight)
      for (const { asked } of resources) {
        const held = permits.find(keyOf(question, asked));
        if (held) verdicts.set(asked, held);
      }
    const open = resources.filter(({ asked }) => !verdicts.has(asked));
    for (const [asked, verdict] of await decideOn(open, question, authorization)) {
      verdicts.set(asked, verdict);
      if (!preflight) permits.keep(keyOf(question, asked), owner, verdict);
    }
    return verdicts;
  };

  return {
    authorize,
    transactions: transactions.list,
    forget: permits.forget,
    reset: () => {
      permits.clear();
      transactions.clear();
    },
  };
};
