import { rulesOfLogin } from './login-rules.ts';
import type { SharingFacts } from './sharing-facts.ts';
import { rulesAtAdobe, rulesHere, type SharingRule } from './sharing-rules.ts';

/** One question and its answer, as a result of `kinpass doctor` is. */
export interface SharingCheck {
  readonly id: string;
  readonly question: string;
  readonly verdict: 'ok' | 'failed' | 'skipped';
  readonly summary: string;
  readonly facts?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly cure?: string;
}

export interface Sharing {
  /** Whether the app finds a profile of the viewer. */
  readonly isShared: boolean;
  /** The first fact that prevents it: id of its check. */
  readonly finding?: string;
  readonly checks: readonly SharingCheck[];
}

/**
 * Looks at one fact after the other, in the order in which they take effect, and stops at the first that prevents an app from
 * finding the profile. Pure.
 */
export const judgeSharing = (facts: SharingFacts): Sharing => {
  const { adobe } = facts;
  const isShared = adobe?.profile !== undefined && adobe.profile.type !== 'degraded';
  const stages: readonly (readonly [readonly SharingRule[], string | undefined])[] = [
    [rulesHere, undefined],
    [rulesAtAdobe, adobe ? undefined : 'Adobe was not asked.'],
    [
      rulesOfLogin,
      isShared
        ? `The app finds the profile (${adobe.profile.type}).`
        : adobe
          ? undefined
          : 'Adobe was not asked.',
    ],
  ];
  let finding: string | undefined;
  const look = ({ id, question, fine, find }: SharingRule, unasked: string | undefined): SharingCheck => {
    if (unasked !== undefined) return { id, question, verdict: 'skipped', summary: unasked };
    if (finding !== undefined)
      return { id, question, verdict: 'skipped', summary: `Not checked after ${finding}.` };
    const found = find(facts);
    if (!found) return { id, question, verdict: 'ok', summary: fine };
    finding = id;
    return { id, question, verdict: 'failed', ...found };
  };
  const checks = stages.flatMap(([rules, unasked]) => rules.map((rule) => look(rule, unasked)));
  return { isShared, ...(finding !== undefined && { finding }), checks };
};
