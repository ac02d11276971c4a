import type { Command } from '../arguments.ts';

const whose = {
  config: { type: 'string', value: 'file', help: 'settings, YAML; or set KINPASS_CONFIG' },
  'keys-directory': { type: 'string', value: 'folder', help: 'the keys directory alone, without settings' },
} as const;

const note = { type: 'string', value: 'text', help: 'goes into the ledger, such as a ticket' } as const;
const at = { type: 'string', value: 'time', help: 'then instead of now, such as 2031-01-31T08:00Z' } as const;
const cancel = { type: 'boolean', help: 'take back what is planned' } as const;

type Verb = Pick<Command, 'summary' | 'options' | 'operand'>;
type Run = Awaited<ReturnType<Command['load']>>['run'];

const verb = (
  shape: Omit<Verb, 'options'> & { options?: Verb['options'] },
  load: () => Promise<Run>,
): Command => ({
  ...shape,
  options: { ...whose, ...shape.options },
  load: async () => ({ run: await load() }),
});

const keys = () => import('../commands/keys.ts');

/** `kinpass keys …`: a key is named by its id, or by the beginning of it. */
export const keyCommands: Readonly<Record<string, Command>> = {
  'keys list': verb(
    { summary: 'Show every key, what to do next and by when' },
    async () => (await keys()).list,
  ),
  'keys generate': verb(
    {
      summary: 'Make a key: a draft',
      options: { bits: { type: 'string', value: 'n', help: '2048, 3072 or 4096 (2048)' } },
    },
    async () => (await keys()).generate,
  ),
  'keys import': verb(
    {
      summary: 'Take in a key made elsewhere: a draft',
      operand: '[file]',
      options: { kms: { type: 'string', value: 'id', help: 'a key of the key management service' } },
    },
    async () => (await keys()).bringIn,
  ),
  'keys export': verb(
    {
      summary: 'Write what goes to Adobe, and the text to send',
      operand: '<key>',
      options: {
        out: { type: 'string', value: 'folder', help: 'where to (handover)' },
      },
    },
    async () => (await keys()).exportKey,
  ),
  'keys acknowledge': verb(
    { summary: 'Adobe has confirmed the key', operand: '<key>', options: { note } },
    async () => (await keys()).acknowledge,
  ),
  'keys activate': verb(
    {
      summary: 'Sign with it; the one before is retiring',
      operand: '<key>',
      options: {
        at,
        cancel,
        note,
        force: { type: 'boolean', help: 'although Adobe has not acknowledged it' },
      },
    },
    async () => (await keys()).activate,
  ),
  'keys retire': verb(
    {
      summary: 'End verifying a key whose last token is over',
      operand: '<key>',
      options: { at, cancel, note },
    },
    async () => (await keys()).retire,
  ),
  'keys destroy': verb(
    {
      summary: 'End a key for good, a leaked one at once',
      operand: '<key>',
      options: { note, yes: { type: 'boolean', help: 'do not ask' } },
    },
    async () => (await import('../commands/keys-destroy.ts')).destroy,
  ),
  'keys verify': verb(
    { summary: 'Check ledger and files, and that every key signs' },
    async () => (await import('../commands/keys-verify.ts')).verify,
  ),
};
