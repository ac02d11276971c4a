import type { Stores } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createAccountStore } from './accounts.ts';
import { createArtifactStore } from './artifacts.ts';
import { createAuditStore } from './audit.ts';
import { createCallerStore } from './callers.ts';
import { createChangeStore } from './changes.ts';
import { createCounterStore } from './counters.ts';
import { createCredentialStore } from './credentials.ts';
import type { Database } from './database.ts';
import { createExchangeStore } from './exchanges.ts';
import { createImportStore } from './imports.ts';
import { createInstanceStore } from './instances.ts';
import { createKeyFileStore } from './key-files.ts';
import { createLeaseStore } from './leases.ts';
import { createProfileStore } from './profiles.ts';
import { createRecordStore } from './records.ts';
import { createRevocationStore } from './revocations.ts';
import { createSignInStore } from './sign-ins.ts';
import { createSubjectJournal } from './subjects.ts';
import { createSweep } from './sweep.ts';

/** The stores on one connection. */
export interface ConnectedStores
  extends Omit<Stores, 'sweep' | 'ping' | 'close' | typeof Symbol.asyncDispose> {
  /** Of all of them together. */
  readonly upkeep: Pick<Stores, 'sweep' | 'ping'>;
}

export const createConnectedStores = (database: Database, seal: Seal): ConnectedStores => {
  // A changing value: SQLite does not write unchanged pages, and a full disk would go unnoticed.
  const ping = database.command(
    `INSERT INTO leases (name, owner, expires_at) VALUES ('ping', '', 1)
      ON CONFLICT (name) DO UPDATE SET expires_at = expires_at + 1`,
  );
  return {
    accounts: createAccountStore({ database, seal }),
    subjects: createSubjectJournal({ database }),
    instances: createInstanceStore({ database }),
    signIns: createSignInStore({ database, seal }),
    revocations: createRevocationStore({ database, seal }),
    audit: createAuditStore({ database }),
    credentials: createCredentialStore({ database, seal }),
    records: createRecordStore({ database, seal }),
    artifacts: createArtifactStore({ database, seal }),
    exchanges: createExchangeStore({ database, seal }),
    leases: createLeaseStore({ database }),
    counters: createCounterStore({ database, seal }),
    changes: createChangeStore({ database }),
    callers: createCallerStore({ database, seal }),
    profiles: createProfileStore({ database, seal }),
    keyFiles: createKeyFileStore({ database }),
    imports: createImportStore({ database, seal }),
    upkeep: {
      sweep: createSweep(database),
      ping: async () => {
        await database.transact(() => ping({}));
      },
    },
  };
};
