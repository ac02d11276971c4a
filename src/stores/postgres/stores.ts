import type { StoreObserver } from '../observer.ts';
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
import { command } from './statement.ts';
import { createSubjectJournal } from './subjects.ts';
import { createSweep } from './sweep.ts';

/** The stores in one database. */
export const createConnectedStores = (
  database: Database,
  seal: Seal,
  observer: StoreObserver,
): Omit<Stores, 'close' | typeof Symbol.asyncDispose> => ({
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
  changes: createChangeStore({ database, observer }),
  profiles: createProfileStore({ database, seal }),
  keyFiles: createKeyFileStore({ database }),
  imports: createImportStore({ database, seal }),
  callers: createCallerStore({ database, seal }),
  sweep: createSweep(database),
  ping: () => database.run(write({})),
});

/** Writes: neither a standby nor a server with a full disk can serve. */
const write = command(
  `INSERT INTO pings (at) VALUES (statement_timestamp())
    ON CONFLICT (one) DO UPDATE SET at = excluded.at`,
);
