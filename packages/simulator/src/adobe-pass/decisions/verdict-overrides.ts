import type { JsonObject } from '#src/lib/json';
import type { RefusalCode } from '../errors/refusal.ts';
import type { Verdict } from '../mvpd-ports.ts';

/** A verdict injected by the control API, whatever the subscriber's package holds. Absent members match anything. */
export interface VerdictOverride {
  readonly serviceProvider?: string | undefined;
  readonly mvpd?: string | undefined;
  readonly resource?: string | undefined;
  readonly operation?: 'preauthorize' | 'authorize' | undefined;
  readonly times?: number | undefined;
  readonly verdict:
    | { readonly code: RefusalCode; readonly details?: string | undefined }
    | { readonly permit: true; readonly attributes?: JsonObject | undefined };
}

export interface VerdictQuestion {
  readonly serviceProvider: string;
  readonly mvpd: string;
  readonly resource: string;
  readonly operation: 'preauthorize' | 'authorize';
}

const criteria = ['serviceProvider', 'mvpd', 'resource', 'operation'] as const;
const day = 24 * 3_600_000;

/** Injected verdicts. The oldest one that matches applies, until it has been used `times` times. */
export const createVerdictOverrides = () => {
  let pending: { readonly override: VerdictOverride; left: number }[] = [];
  return {
    add: (override: VerdictOverride): void => {
      pending.push({ override, left: override.times ?? Number.POSITIVE_INFINITY });
    },
    take: (question: VerdictQuestion): Verdict | null => {
      const found = pending.find(({ override }) =>
        criteria.every((name) => override[name] === undefined || override[name] === question[name]),
      );
      if (!found) return null;
      found.left -= 1;
      if (found.left <= 0) pending = pending.filter((other) => other !== found);
      const { verdict } = found.override;
      if ('permit' in verdict)
        return { permit: true, ttl: day, ...(verdict.attributes && { attributes: verdict.attributes }) };
      return { permit: false, code: verdict.code, ...(verdict.details && { details: verdict.details }) };
    },
    clear: (): void => {
      pending = [];
    },
  };
};

export type VerdictOverrides = ReturnType<typeof createVerdictOverrides>;
