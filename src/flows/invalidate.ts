import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { Notice } from '#src/known-answers/drop';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { isPlainText } from '#src/lib/text';
import type { AuditTrail, Operator } from './audit-trail.ts';

const name = z
  .string()
  .max(255)
  .refine(isPlainText, 'must be one line that is not blank, without invisible characters')
  .optional();

const members = {
  /** `sub` of the service token. */
  subject: name,
  account: name,
  /** As the app encodes it in AP-Device-Identifier. */
  device: name,
  mvpd: adobeId.optional(),
  serviceProvider: adobeId.optional(),
};

type Member = keyof typeof members;
const memberNames = Object.keys(members) as Member[];

/** A member with a wrong name is refused: without it, more would be meant. */
export const invalidationRequest = <Reason extends z.ZodType<string>>(reason: Reason) =>
  z
    .strictObject({ ...members, reason }, 'has a member that is not known')
    .refine((request) => memberNames.some((member) => Reflect.get(request, member) !== undefined), {
      path: ['account'],
      error: 'must be given, or else one of subject, device, mvpd and serviceProvider',
    });

type Request = { readonly [M in Member]?: string | undefined } & { readonly reason: string };

interface Deps {
  /** Returns undefined for an unknown id. */
  readonly accounts: { find(id: string): Promise<object | undefined> };
  readonly drop: (notice: Notice) => Promise<void>;
  readonly auditTrail: Pick<AuditTrail, 'recordAction'>;
}

/**
 * An operator says that what Adobe answered about these is not so any more: it is not served again, here at once and within a
 * second in other processes. What is meant has all the members that are given. Recorded first, and how it ended.
 * Errors: gateway_not_found for an unknown account; audit_unavailable; those of the store.
 */
export const createInvalidate =
  ({ accounts, drop, auditTrail }: Deps) =>
  async (request: Request, operator: Operator): Promise<void> => {
    const { account, device, reason, subject, mvpd, serviceProvider } = request;
    if (account !== undefined && !(await accounts.find(account)))
      throw fail('gateway_not_found', { field: 'account', hint: 'there is no such account' });
    const notice: Notice = {
      subject,
      account,
      device: device === undefined ? undefined : identifiersOf(device).map(fingerprint),
      mvpd,
      serviceProvider,
    };
    const [target, ...details] = recorded(request);
    if (!target) throw fail('gateway_parameter_invalid', { field: 'account', hint: 'is missing' });
    await auditTrail.recordAction(
      operator,
      {
        action: 'answers.invalidate',
        target: {
          kind: target.member === 'serviceProvider' ? 'service-provider' : target.member,
          id: target.value,
        },
        reason,
        details: Object.fromEntries(details.map(({ member, value }) => [member, value])),
      },
      () => drop(notice),
    );
  };

export type Invalidate = ReturnType<typeof createInvalidate>;

/** The values of AP-Device-Identifier that name a device: the padding of Base64 may be left out. */
const identifiersOf = (device: string): string[] => {
  const padded = Buffer.from(device).toString('base64');
  return [...new Set([padded, padded.replace(/=+$/, '')])].map((base64) => `fingerprint ${base64}`);
};

/** What the audit log says was meant. A device is recorded by its hash. */
const recorded = (request: Request): { readonly member: Member; readonly value: string }[] =>
  memberNames.flatMap((member) => {
    const value = request[member];
    if (value === undefined) return [];
    return [{ member, value: member === 'device' ? fingerprint(value) : value }];
  });
