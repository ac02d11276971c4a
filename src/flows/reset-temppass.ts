import { z } from 'zod';
import type { TempPassReset, Trials } from '#src/adobe-pass/temppass-reset';
import type { AppConfig } from '#src/config/schema';
import { adobeId } from '#src/config/values';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { isPlainText } from '#src/lib/text';
import type { AuditTrail, Operator } from './audit-trail.ts';

/** One device or key. `all`, which is every device at Adobe, must be asked for by its own name. */
const named = z
  .string()
  .max(255)
  .refine((text) => isPlainText(text) && text.toLowerCase() !== 'all', {
    error: 'must be one device or key: ask for all devices explicitly',
  })
  .optional();

export const resetRequest = z
  .object({
    serviceProvider: adobeId,
    mvpd: adobeId,
    device: named,
    key: named,
    allDevices: z.literal(true).optional(),
  })
  .refine(
    ({ device, key, allDevices }) =>
      [device, key, allDevices].filter((one) => one !== undefined).length === 1,
    {
      path: ['device'],
      error: 'must be given, or else one of key and allDevices, and only one of the three',
    },
  );

type Request = z.output<typeof resetRequest> & { readonly reason: string };

interface Deps {
  readonly apps: readonly Pick<AppConfig, 'serviceProviders'>[];
  /** Undefined without its settings. */
  readonly reset: TempPassReset | undefined;
  readonly auditTrail: Pick<AuditTrail, 'recordAction'>;
}

/**
 * An operator resets TempPass trials, so that they can be used again. Recorded first, and how it ended.
 * Errors: temppass_reset_unavailable, gateway_parameter_invalid, audit_unavailable; those of `TempPassReset`.
 */
export const createResetTempPass =
  ({ apps, reset, auditTrail }: Deps) =>
  async (request: Request, operator: Operator): Promise<void> => {
    if (!reset) throw fail('temppass_reset_unavailable');
    const { serviceProvider, mvpd, reason } = request;
    if (!apps.some((app) => app.serviceProviders.includes(serviceProvider)))
      throw fail('gateway_parameter_invalid', {
        field: 'serviceProvider',
        hint: 'no app has this service provider',
      });
    const of = selection(request);
    await auditTrail.recordAction(
      operator,
      {
        action: 'temppass.reset',
        target: { kind: 'mvpd', id: mvpd },
        reason,
        details: { serviceProvider, ...recorded(of) },
      },
      () => reset({ serviceProvider, mvpd, of }),
    );
  };

export type ResetTempPass = ReturnType<typeof createResetTempPass>;

const selection = ({ device, key }: Request): Trials['of'] => {
  if (device !== undefined) return { device };
  return key === undefined ? 'allDevices' : { key };
};

/** A device or a key is recorded by its hash. */
const recorded = (of: Trials['of']): Record<string, string | boolean> => {
  if (of === 'allDevices') return { allDevices: true };
  return 'device' in of ? { device: fingerprint(of.device) } : { key: fingerprint(of.key) };
};
