import type { Command } from '../arguments.ts';

const config = { type: 'string', value: 'file', help: 'settings, YAML; or set KINPASS_CONFIG' } as const;

/** `kinpass token …`: a token is given as an operand, or on standard input, which no process list shows. */
export const tokenCommands: Readonly<Record<string, Command>> = {
  'token mint': {
    summary: 'Make a service token of an account or subject; on stdout, alone',
    options: {
      config,
      account: { type: 'string', value: 'id', help: 'whose token' },
      subject: { type: 'string', value: 'sub', help: 'the sub itself, with --family' },
      family: { type: 'string', value: 'id', help: 'of the subject' },
      yes: { type: 'boolean', help: 'do not ask in production' },
    },
    load: async () => ({ run: (await import('../commands/token-mint.ts')).mint }),
  },
  'token inspect': {
    summary: 'Show what a service token says; nothing is checked',
    operand: '[token]',
    options: {},
    load: async () => ({ run: (await import('../commands/token.ts')).inspect }),
  },
  'token verify': {
    summary: 'Check a service token: exit code 0 it holds, 3 it does not',
    operand: '[token]',
    options: {
      config,
      'keys-directory': { type: 'string', value: 'folder', help: 'against its keys, without settings' },
      jwks: { type: 'string', value: 'file', help: 'against a JWK set' },
      pem: { type: 'string', value: 'file', help: 'against one public key or certificate' },
      issuer: { type: 'string', value: 'iss', help: 'that it must have' },
      audience: { type: 'string', value: 'aud', help: 'that it must have' },
    },
    load: async () => ({ run: (await import('../commands/token.ts')).verify }),
  },
};

const revocation = {
  config,
  reason: { type: 'string', value: 'text', help: 'for who reads the list' },
  lift: { type: 'boolean', help: 'take the revocation back' },
} as const;

/** `kinpass revoke …`: every gateway on the same database heeds it from its next call on. */
export const revokeCommands: Readonly<Record<string, Command>> = {
  'revoke account': {
    summary: 'Serve an account no more; its sign-ins end',
    operand: '<id>',
    options: revocation,
    load: async () => ({ run: (await import('../commands/revoke.ts')).account }),
  },
  'revoke instance': {
    summary: 'Serve an installation no more; its sign-ins end',
    operand: '<id>',
    options: revocation,
    load: async () => ({ run: (await import('../commands/revoke.ts')).instance }),
  },
  'revoke jti': {
    summary: 'Send a service token out no more',
    operand: '<jti>',
    options: revocation,
    load: async () => ({ run: (await import('../commands/revoke.ts')).jti }),
  },
  'revoke list': {
    summary: 'Show what is revoked, since when and why',
    options: { config },
    load: async () => ({ run: (await import('../commands/revoke.ts')).list }),
  },
};
