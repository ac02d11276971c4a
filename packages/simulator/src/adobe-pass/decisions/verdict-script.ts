import type { JsonObject } from '#src/lib/json';
import type { Verdict } from '../mvpd-ports.ts';
import type { RefusalCode } from '../refusal.ts';

/** What the MVPD is made to say, whatever its subscribers' packages hold. Absent members match everything. */
export interface ScriptedVerdict {
  readonly serviceProvider?: string | undefined;
  readonly mvpd?: string | undefined;
  readonly resource?: string | undefined;
  readonly operation?: 'preauthorize' | 'authorize' | undefined;
  readonly times?: number | undefined;
  readonly verdict:
    | { readonly code: RefusalCode; readonly details?: string | undefined }
    | { readonly permit: true; readonly attributes?: JsonObject | undefined };
}

interface Question {
  readonly serviceProvider: string;
  readonly mvpd: string;
  readonly resource: string;
  readonly operation: 'preauthorize' | 'authorize';
}

const about = ['serviceProvider', 'mvpd', 'resource', 'operation'] as const;
const day = 24 * 3_600_000;

/** Verdicts ordered by the control API; the oldest that fits, until its `times` are used up. */
export const createVerdictScript = () => {
  let lines: { readonly order: ScriptedVerdict; left: number }[] = [];
  return {
    add: (order: ScriptedVerdict): void => {
      lines.push({ order, left: order.times ?? Number.POSITIVE_INFINITY });
    },
    take: (question: Question): Verdict | null => {
      const found = lines.find(({ order }) =>
        about.every((name) => order[name] === undefined || order[name] === question[name]),
      );
      if (!found) return null;
      found.left -= 1;
      if (found.left <= 0) lines = lines.filter((line) => line !== found);
      const { verdict } = found.order;
      if ('permit' in verdict)
        return { permit: true, ttl: day, ...(verdict.attributes && { attributes: verdict.attributes }) };
      return { permit: false, code: verdict.code, ...(verdict.details && { details: verdict.details }) };
    },
    clear: (): void => {
      lines = [];
    },
  };
};

export type VerdictScript = ReturnType<typeof createVerdictScript>;
