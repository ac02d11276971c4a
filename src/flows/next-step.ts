import type { DecisionReason } from './decision-reason.ts';

/** What a viewer can do about a resource that does not play. */
export type NextStep = 'upgrade' | 'parental' | 'authenticate' | 'retry' | 'contact-provider';

/** Texts of MVPDs which say that a resource is not in the viewer's subscription. */
export type UpgradeTexts = readonly { readonly mvpd: string; readonly details: string }[];

/**
 * Undefined where only the app's maker or an operator can do something. Pure.
 * Source: Adobe Pass, Enhanced error codes; the `details` of denials are the MVPD's own.
 */
export const nextStepOf = (
  { code, action, details = '' }: DecisionReason,
  mvpd: string,
  upgrades: UpgradeTexts,
): NextStep | undefined => {
  if (code === 'authorization_denied_by_parental_controls') return 'parental';
  if (code === 'authorization_denied_by_mvpd')
    return isUpgrade(details, mvpd, upgrades) ? 'upgrade' : 'contact-provider';
  // A rule is in force for as long as the MVPD has an outage.
  if (code === 'authorization_denied_by_degradation_rule') return 'retry';
  // Another stream of the viewer's may end.
  if (code === 'gateway_rule_concurrency') return 'retry';
  if (action === 'authentication') return 'authenticate';
  return action === 'retry' ? 'retry' : undefined;
};

const isUpgrade = (details: string, mvpd: string, upgrades: UpgradeTexts): boolean => {
  const text = details.toLowerCase();
  return upgrades.some((known) => known.mvpd === mvpd && text.includes(known.details.toLowerCase()));
};
