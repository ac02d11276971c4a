import type { Switches } from '../switches.ts';

/** The identity headers of REST V2. The table below is the matrix of the V2 pages: who lists which. */
export type IdentityHeader = 'service' | 'platform' | 'partner' | 'tempPass' | 'visitor';

export interface Listed {
  readonly device?: true;
  readonly identity?: readonly IdentityHeader[];
}

export const headerTable = {
  'configuration.get': {},
  'sessions.create': { device: true, identity: ['service', 'platform', 'visitor'] },
  'sessions.resume': { identity: ['visitor'] },
  'sessions.get': { identity: ['visitor'] },
  'sessions.sso': { device: true, identity: ['partner', 'visitor'] },
  'profiles.all': { device: true, identity: ['service', 'platform', 'partner', 'visitor'] },
  'profiles.mvpd': { device: true, identity: ['service', 'platform', 'partner', 'tempPass', 'visitor'] },
  'profiles.code': { identity: ['tempPass', 'visitor'] },
  'profiles.sso': { device: true, identity: ['partner', 'visitor'] },
  'decisions.preauthorize': { device: true, identity: ['service', 'platform', 'partner', 'visitor'] },
  'decisions.authorize': {
    device: true,
    identity: ['service', 'platform', 'partner', 'tempPass', 'visitor'],
  },
  logout: { device: true, identity: ['service', 'platform', 'visitor'] },
} as const satisfies Record<string, Listed>;

export type OperationName = keyof typeof headerTable;

/** The OpenAPI file moves the identity of a TempPass from one operation to another. */
const tempPassByOpenApi = (operation: OperationName, identity: readonly IdentityHeader[]) => {
  if (operation === 'profiles.code') return identity.filter((header) => header !== 'tempPass');
  return operation === 'decisions.preauthorize' ? [...identity, 'tempPass' as const] : identity;
};

/** The headers of an operation, as the switches interpret the documentation. */
export const listedBy = (
  operation: OperationName,
  { tempPassIdentity, platformHeaders }: Pick<Switches, 'tempPassIdentity' | 'platformHeaders'>,
): Listed => {
  const listed: Listed = headerTable[operation];
  const { identity = [] } = listed;
  const moved = tempPassIdentity === 'openapi' ? tempPassByOpenApi(operation, identity) : identity;
  const everywhere = platformHeaders === 'everywhere' ? (['platform', 'visitor'] as const) : [];
  return { ...listed, identity: [...moved, ...everywhere] };
};
