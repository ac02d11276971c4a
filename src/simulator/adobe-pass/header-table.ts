/** Which identity headers each operation lists, and whether it lists the device's: the matrix of the V2 pages. */
export type IdentityHeader = 'service' | 'platform' | 'partner' | 'tempPass';

export interface Listed {
  readonly device?: true;
  readonly identity?: readonly IdentityHeader[];
}

export const headerTable = {
  'configuration.get': {},
  'sessions.create': { device: true, identity: ['service', 'platform'] },
  'sessions.resume': {},
  'sessions.get': {},
  'sessions.sso': { device: true, identity: ['partner'] },
  'profiles.all': { device: true, identity: ['service', 'platform', 'partner'] },
  'profiles.mvpd': { device: true, identity: ['service', 'platform', 'partner', 'tempPass'] },
  'profiles.code': { identity: ['tempPass'] },
  'profiles.sso': { device: true, identity: ['partner'] },
  'decisions.preauthorize': { device: true, identity: ['service', 'platform', 'partner'] },
  'decisions.authorize': { device: true, identity: ['service', 'platform', 'partner', 'tempPass'] },
  logout: { device: true, identity: ['service', 'platform'] },
} as const satisfies Record<string, Listed>;

export type OperationName = keyof typeof headerTable;

/** What the operation lists; the OpenAPI file moves the identity of a TempPass from one operation to another. */
export const listedBy = (operation: OperationName, tempPassIdentity: 'documentation' | 'openapi'): Listed => {
  const listed: Listed = headerTable[operation];
  if (tempPassIdentity === 'documentation') return listed;
  const { identity = [] } = listed;
  if (operation === 'profiles.code') return { identity: [] };
  return operation === 'decisions.preauthorize' ? { ...listed, identity: [...identity, 'tempPass'] } : listed;
};
