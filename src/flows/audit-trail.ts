import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import { errorFields, type Log } from '#src/observability/logger';
import type { AuditEntry, AuditRecord, AuditStore } from '#src/stores/audit-ports';

/** Who acts, how and from where. */
export type Operator = Pick<AuditRecord, 'actor' | 'via' | 'source'>;

/** What is about to be done, and why. */
export interface Action extends Pick<AuditRecord, 'action' | 'target' | 'reason'> {
  readonly details?: AuditRecord['details'];
}

/** What is known of an action only when it is done. */
export type Learned = Partial<Pick<Action, 'target' | 'details'>>;

interface Deps {
  readonly audit: Pick<AuditStore, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

export type AuditTrail = ReturnType<typeof createAuditTrail>;

/** Every action of an operator goes through one of these two. Each entry is logged too, so that a log store has a copy. */
export const createAuditTrail = ({ audit, clock, log }: Deps) => {
  const recordOf = (operator: Operator, action: Action, outcome: AuditRecord['outcome']): AuditRecord => ({
    at: clock.now(),
    actor: operator.actor,
    via: operator.via,
    source: operator.source,
    action: action.action,
    target: action.target,
    outcome,
    reason: action.reason,
    details: { ...action.details },
  });

  const logged = <T extends { readonly entry?: AuditEntry }>(result: T): T => {
    const { entry } = result;
    if (entry) log[entry.outcome === 'failed' ? 'warn' : 'info']({ audit: entry }, 'audit');
    return result;
  };

  const append = async (record: AuditRecord, otherwise: string): Promise<AuditEntry> => {
    const entry = await audit.append(record).catch((cause: unknown) => {
      throw fail('audit_unavailable', { hint: otherwise, retryAfter: 1, cause });
    });
    return logged({ entry }).entry;
  };

  return {
    /** A change of the database: the store writes the entry in the same transaction, if it changes anything. */
    recordChange: async <T extends { readonly entry?: AuditEntry }>(
      operator: Operator,
      action: Action,
      change: (record: AuditRecord) => Promise<T>,
    ): Promise<T> => logged(await change(recordOf(operator, action, 'done'))),

    /**
     * Anything else: the entry that it starts is written first, and refuses it if it cannot be written; another one says
     * how it ended. A start without an end is an action that was interrupted. Errors: audit_unavailable; those of `act`.
     */
    recordAction: async <T>(
      operator: Operator,
      action: Action,
      act: () => Promise<T>,
      learn: (result: T) => Learned = () => ({}),
    ): Promise<T> => {
      const { seq: started } = await append(recordOf(operator, action, 'started'), 'Nothing was done.');
      const end = (outcome: 'done' | 'failed', { target = action.target, details }: Learned) =>
        append(
          recordOf(
            operator,
            { ...action, target, details: { ...action.details, ...details, started } },
            outcome,
          ),
          `The outcome is "${outcome}", but the log says only that it started (entry ${started}).`,
        );
      let result: T;
      try {
        result = await act();
      } catch (error) {
        await end('failed', { details: faultOf(error) }).catch((unwritten: unknown) =>
          log.error(errorFields(unwritten), 'audit'),
        );
        throw error;
      }
      await end('done', learn(result));
      return result;
    },
  };
};

/** Codes and names of settings, never values. */
const faultOf = (error: unknown): AuditRecord['details'] =>
  error instanceof KinpassError
    ? { error: error.code, ...(error.field !== undefined && { field: error.field }) }
    : { error: 'unexpected' };
