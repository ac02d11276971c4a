import type { Command } from './command.ts';

/** Every command. A name of two words is a verb of a group: `kinpass keys list`. Each is loaded when it is needed. */
export const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  demo: () => import('./commands/demo.ts'),
  story: () => import('./commands/story.ts'),
  serve: () => import('./commands/serve.ts'),
  health: () => import('./commands/health.ts'),
  simulate: () => import('./commands/simulate.ts'),
  doctor: () => import('./commands/doctor.ts'),
  'config validate': () => import('./commands/config/validate.ts'),
  'config show': () => import('./commands/config/show.ts'),
  'config init': () => import('./commands/config/init.ts'),
  'config schema': () => import('./commands/config/schema.ts'),
  'config diff': () => import('./commands/config/diff.ts'),
  'keys list': () => import('./commands/keys/list.ts'),
  'keys generate': () => import('./commands/keys/generate.ts'),
  'keys import': () => import('./commands/keys/import.ts'),
  'keys export': () => import('./commands/keys/export.ts'),
  'keys acknowledge': () => import('./commands/keys/acknowledge.ts'),
  'keys activate': () => import('./commands/keys/activate.ts'),
  'keys retire': () => import('./commands/keys/retire.ts'),
  'keys destroy': () => import('./commands/keys/destroy.ts'),
  'keys verify': () => import('./commands/keys/verify.ts'),
  'token mint': () => import('./commands/token/mint.ts'),
  'token inspect': () => import('./commands/token/inspect.ts'),
  'token verify': () => import('./commands/token/verify.ts'),
  'revoke account': () => import('./commands/revoke/account.ts'),
  'revoke instance': () => import('./commands/revoke/instance.ts'),
  'revoke jti': () => import('./commands/revoke/jti.ts'),
  'revoke list': () => import('./commands/revoke/list.ts'),
  'idp check': () => import('./commands/idp/check.ts'),
  'accounts audit': () => import('./commands/accounts/audit.ts'),
  'audit list': () => import('./commands/audit/list.ts'),
  'audit export': () => import('./commands/audit/export.ts'),
  'audit verify': () => import('./commands/audit/verify.ts'),
  'subjects plan': () => import('./commands/subjects/plan.ts'),
  'subjects confirm': () => import('./commands/subjects/confirm.ts'),
  'subjects new-secret': () => import('./commands/subjects/new-secret.ts'),
  'subjects history': () => import('./commands/subjects/history.ts'),
};

export const isGroup = (word: string): boolean =>
  Object.keys(commands).some((name) => name.startsWith(`${word} `));
