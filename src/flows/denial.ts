import type { BusinessRule } from '#src/config/business-rules/rule-schema';
import { catalogue, type ErrorCode } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import { inLanguage, type Localized } from '#src/web/brand';
import { negotiateLanguage } from '#src/web/negotiate-language';

/** Why the programmer denies a resource. Its codes start with `gateway_rule_`: none is ever taken for Adobe's. */
export interface Denial {
  /** Id of the rule, or `webhook`. */
  readonly rule: string;
  readonly code: string;
  readonly action: string;
  readonly status: number;
  readonly message: string;
  /** For the viewer. */
  readonly text?: Localized | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

export const denialByRule = ({ id, deny }: BusinessRule): Denial => ({
  rule: id,
  code: `gateway_rule_${deny.code}`,
  action: deny.action,
  status: 403,
  message: 'A rule of the programmer denies the resource.',
  text: deny.text,
});

type WebhookCode = Extract<ErrorCode, `gateway_rule_${string}`>;

export const denialByWebhook = (
  code: WebhookCode,
  { text, retryAfter }: Pick<Denial, 'text' | 'retryAfter'> = {},
): Denial => {
  const { action, status, title } = catalogue[code];
  return { rule: 'webhook', code, action, status, message: title, text, retryAfter };
};

interface About {
  readonly resource: string;
  readonly serviceProvider: string;
  readonly mvpd: string;
  /** RFC 9110 §12.5.4. */
  readonly acceptLanguage: string;
}

/** In the shape of Adobe's decisions. It has no `source`, which would say that somebody else denies. */
export const deniedDecision = (
  { code, action, status, message, text, retryAfter }: Denial,
  { resource, serviceProvider, mvpd, acceptLanguage }: About,
): JsonObject => {
  const details = text && inLanguage(text, negotiateLanguage({ acceptLanguage }).language);
  return {
    resource,
    serviceProvider,
    mvpd,
    authorized: false,
    error: {
      action,
      status,
      code,
      message,
      ...(details !== undefined && { details }),
      ...(retryAfter !== undefined && { retryAfter }),
    },
  };
};
