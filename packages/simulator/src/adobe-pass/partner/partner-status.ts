import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Mvpd } from '#src/fixtures';
import type { AdobeContext } from '../context.ts';
import type { RefusalCode } from '../refusal.ts';

const schema = z.object({
  frameworkPermissionInfo: z.object({
    accessStatus: z.enum(['granted', 'denied', 'restricted', 'notDetermined']),
  }),
  frameworkProviderInfo: z
    .object({
      id: z.string().optional(),
      /** A decimal string of epoch milliseconds. */
      expirationDate: z.string().regex(/^\d+$/).optional(),
    })
    .optional(),
});

/** What AP-Partner-Framework-Status says: an MVPD that the viewer is signed in to by the framework, or why not. */
export interface PartnerStatus {
  /** Also of a status that does not hold, when its provider is known. */
  readonly mvpd: Mvpd | null;
  readonly fault: RefusalCode | null;
}

const decode = (header: string | string[] | undefined) => {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(String(header), 'base64').toString('utf8'))).data;
  } catch {
    return undefined;
  }
};

const faultOf = (
  status: z.output<typeof schema> | undefined,
  mvpd: Mvpd | null,
  now: number,
): RefusalCode | null => {
  const access = status?.frameworkPermissionInfo.accessStatus;
  if (access === undefined) return 'invalid_header_pfs_permission_access_not_present';
  if (access === 'notDetermined') return 'invalid_header_pfs_permission_access_not_determined';
  if (access !== 'granted') return 'invalid_header_pfs_permission_access_not_granted';
  if (!mvpd) return 'invalid_header_pfs_provider_id_not_determined';
  const end = Number(status?.frameworkProviderInfo?.expirationDate ?? 0);
  return end <= now ? 'invalid_header_pfs_provider_info_expired' : null;
};

/** Absent and undecodable count alike: no permission is present. */
export const readPartnerStatus = (
  { fixtures, clock }: Pick<AdobeContext, 'fixtures' | 'clock'>,
  headers: IncomingHttpHeaders,
): PartnerStatus => {
  const status = decode(headers['ap-partner-framework-status']);
  const id = status?.frameworkProviderInfo?.id;
  const known = fixtures.mvpds.find(({ partner }) => partner !== undefined && partner.mappingId === id);
  const mvpd = known ?? null;
  return { mvpd, fault: faultOf(status, mvpd, clock.now()) };
};
