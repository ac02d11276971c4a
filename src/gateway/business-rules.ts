import { createJudgeOf } from '#src/business-rules/judge';
import { createAskWebhook } from '#src/business-rules/webhook/ask-webhook';
import { readRules } from '#src/config/business-rules/read-rules';
import type { BusinessRule } from '#src/config/business-rules/rule-schema';
import { faultLines } from '#src/config/faults/fault';
import type { Config } from '#src/config/schema';
import type { OperationFlow } from '#src/flows/call-operation';
import { createConsultWebhook } from '#src/flows/consult-webhook';
import { createDenyDecisions } from '#src/flows/deny-decisions';
import { createGovernDecisions, type GovernDecisions } from '#src/flows/govern-decisions';
import { createSubjectOfCall } from '#src/flows/subject-of-call';
import type { ViewerCall } from '#src/flows/viewer-call';
import { fail } from '#src/lib/errors';
import type { Services } from './services.ts';

/** The rules of the file that the settings name. Errors: config_invalid, with every fault of the file. */
export const openBusinessRules = async (config: Config): Promise<readonly BusinessRule[]> => {
  const file = config.decisions.rules;
  if (file === undefined) return [];
  const { rules, faults } = await readRules(file, '.', config);
  if (!rules) throw fail('config_invalid', { hint: faultLines(faults) });
  return rules;
};

interface Parts {
  readonly viewerCall: ViewerCall;
  readonly readProfile: OperationFlow;
}

const ungoverned: GovernDecisions = { operation: (ask) => ask, preauthorizeAll: (ask) => ask };

/** Without rules and webhook, decisions are Adobe's alone. */
export const composeGovernDecisions = (
  { config, runtime, businessRules }: Services,
  { viewerCall, readProfile }: Parts,
): GovernDecisions => {
  const { clock, ids, log, metrics } = runtime;
  const { webhook } = config.decisions;
  if (businessRules.length === 0 && !webhook) return ungoverned;
  const denyDecisions = createDenyDecisions({
    judgeOf: createJudgeOf(businessRules, config.resources.mvpds),
    consultWebhook:
      webhook &&
      createConsultWebhook({
        askWebhook: createAskWebhook({ settings: webhook, clock, ids }),
        onFailure: webhook.onFailure,
        subjectOf: createSubjectOfCall({ viewerCall }),
        asked: metrics.webhookAsked,
        log,
      }),
    readProfile,
    clock,
    log,
    denied: metrics.denied,
  });
  return createGovernDecisions(denyDecisions);
};
