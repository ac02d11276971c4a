import { z } from 'zod';
import type { CallAdobe } from '#src/adobe-pass/client';
import type { Call } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { errorFields } from '#src/observability/logger';
import { domainsIn } from '#src/rest-v2/domains';
import { operations } from '#src/rest-v2/operations';
import type { RecordStore } from '#src/stores/expiring-ports';

export interface Learned {
  /** Undefined: Adobe tells none, or could not be asked. */
  readonly domains: readonly string[] | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Fields of a log line, if Adobe could not be asked. */
  readonly fault?: object;
}

/** What Adobe tells of the service provider of a call, or has told another node. Never rejects. */
export type LearnDomains = (key: string, call: Call) => Promise<Learned>;

interface Deps {
  readonly callAdobe: CallAdobe;
  readonly records: Pick<RecordStore, 'get' | 'put'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds. */
  readonly keptFor: number;
}

/** Milliseconds until Adobe is asked again that could not be asked. */
const askAgainAfter = 60_000;

const stored = z.object({ domains: z.array(z.string()).optional(), expiresAt: z.number() });

export const createLearnDomains = ({ callAdobe, records, clock, keptFor }: Deps): LearnDomains => {
  const ask = async (key: string, call: Call): Promise<Learned> => {
    // Whoever else waits for the answer does not depend on this caller.
    const { status, body } = await callAdobe(operations.configuration, { ...call, signal: undefined });
    if (status !== 200) return failed({ status });
    const domains = domainsIn(body);
    const expiresAt = clock.now() + keptFor;
    const value = { ...(domains && { domains: [...domains] }), expiresAt };
    await records.put('registered-domains', key, { value, expiresAt });
    return { domains, expiresAt };
  };
  const failed = (fault: object): Learned => ({
    domains: undefined,
    expiresAt: clock.now() + askAgainAfter,
    fault,
  });

  return async (key, call) => {
    try {
      const found = stored.safeParse(await records.get('registered-domains', key, clock.now()));
      if (!found.success) return await ask(key, call);
      const { domains, expiresAt } = found.data;
      return { domains, expiresAt };
    } catch (error) {
      return failed(errorFields(error));
    }
  };
};
