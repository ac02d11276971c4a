/** Ana signed in on her TV. */
import type { Identity, Instance, SignIn } from '#src/stores/ports';

export const tv: Instance = {
  id: 'tv',
  app: 'ref30-tv',
  origin: 'signed-in',
  secretHash: null,
  statementHash: null,
  redirectUri: null,
  device: null,
  firstViewer: null,
  createdAt: 1_000,
  seenAt: 1_000,
};

export const signIn: SignIn = {
  grant: 'g1',
  app: 'ref30-tv',
  family: 'ref',
  instance: 'tv',
  viewer: 'ana',
  provider: 'dtc',
  provenAt: 900,
  createdAt: 1_000,
  idleAt: 5_000,
};

/** Without an address. */
export const identityOf = (subject: string): Identity & { readonly provenAt: number } => ({
  family: 'ref',
  issuer: 'https://dtc.example',
  subject,
  provider: 'dtc',
  email: null,
  linkKey: null,
  linkAuthority: null,
  createdAt: 1,
  provenAt: 1,
});
