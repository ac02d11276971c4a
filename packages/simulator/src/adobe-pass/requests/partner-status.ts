import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Fixtures, Mvpd } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { RefusalCode } from '../errors/refusal.ts';

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

/** AP-Partner-Framework-Status: the MVPD at which the framework has signed the viewer in, or the error. */
export interface PartnerStatus {
  /** Set even if the status is invalid, as long as the provider is known. */
  readonly mvpd: Mvpd | null;
  readonly fault: RefusalCode | null;
}

export interface PartnerStatusDeps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly clock: Clock;
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

/** An absent or undecodable header means that no permission is present. */
export const readPartnerStatus = (
  { fixtures, clock }: PartnerStatusDeps,
  headers: IncomingHttpHeaders,
): PartnerStatus => {
  const status = decode(headers['ap-partner-framework-status']);
  const id = status?.frameworkProviderInfo?.id;
  const known = fixtures.mvpds.find(({ partner }) => partner !== undefined && partner.mappingId === id);
  const mvpd = known ?? null;
  return { mvpd, fault: faultOf(status, mvpd, clock.now()) };
};
