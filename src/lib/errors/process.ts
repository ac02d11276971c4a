import type { ErrorEntry } from './entry.ts';

/** What an answer would say if an error meant for the operator ever reached one. */
const answer = { status: 500, action: 'configuration' } as const;

/** Errors of start-up, reload and commands: for the operator at the terminal, never for a client. */
export const processErrors = {
  config_invalid: { ...answer, title: 'The configuration is not valid.' },
  arguments_invalid: { ...answer, title: 'The command cannot run with these arguments.' },
  keys_invalid: { ...answer, title: 'A key file is missing, damaged or readable by other users.' },
  subjects_changed: {
    ...answer,
    title: 'The configuration or the keys would change the subjects of existing accounts.',
  },
  import_incomplete: { ...answer, title: 'Lines of the import were refused.' },
  key_step_refused: { status: 409, action: 'none', title: 'This operation is not allowed for the key.' },
  confirmation_missing: { ...answer, title: 'The command was not confirmed.' },
  port_taken: { ...answer, title: 'A port is already in use.' },
  worker_failed: { ...answer, title: 'A worker of the gateway does not start.' },
  simulator_missing: {
    ...answer,
    title: 'This command needs the package @kinpass/simulator: run `npm install @kinpass/simulator`.',
  },
  admin_unreachable: { ...answer, title: 'The admin listener of the gateway cannot be reached.' },
  admin_refused: { ...answer, title: 'The admin listener of the gateway refused the request.' },
  audit_broken: { ...answer, title: 'The audit log was altered.' },
  store_invalid: { ...answer, title: 'The database cannot be used.' },
} as const satisfies Record<string, ErrorEntry>;
