/**
 * The checks of `kinpass idp check`: one file for each group. They ask the provider what a sign-in would ask it, without
 * a viewer, and tell everything that is wrong instead of stopping at the first fault.
 */
import type { FamilyConfig } from '#src/config/schema';
import type { Check } from '../check.ts';
import type { Topic } from './advice.ts';
import type { Evidence } from './evidence.ts';
import type { ProviderSettings } from './settings.ts';

/** What a check has to go by. */
export interface CheckedProvider {
  readonly settings: ProviderSettings;
  readonly evidence: Evidence;
  /** How a topic is dealt with in the provider's product, as a sentence that follows a cure; may be empty. */
  readonly advice: (topic: Topic) => Promise<string>;
  /** Families whose viewers sign in with this provider. */
  readonly families: readonly FamilyConfig[];
  readonly insecureHttp: boolean;
}

export type MakeCheck = (provider: CheckedProvider) => Check;
