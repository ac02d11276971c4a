/**
 * The stores in this process's memory: for tests, and for a gateway that may lose everything when it stops. Owns nothing
 * that outlives the process. JavaScript runs one thing at a time, so each method is atomic.
 */
import { fail } from '#src/lib/errors';
import type { Stores } from '../ports.ts';
import { createAccountStore } from './accounts.ts';
import { createArtifactStore } from './artifacts.ts';
import { createAuditStore } from './audit.ts';
import { createCallerStore } from './callers.ts';
import { createChangeStore } from './changes.ts';
import { createCounterStore } from './counters.ts';
import { createCredentialStore } from './credentials.ts';
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
import { createTables } from './tables.ts';

export const createMemoryStores = (): Stores => {
  const tables = createTables();
  let closed = false;
  const close = async () => {
    closed = true;
  };
  return {
    accounts: createAccountStore(tables),
    subjects: createSubjectJournal(),
    instances: createInstanceStore(tables),
    signIns: createSignInStore(tables),
    revocations: createRevocationStore(tables),
    audit: createAuditStore(tables),
    credentials: createCredentialStore(tables),
    records: createRecordStore(tables),
    artifacts: createArtifactStore(tables),
    exchanges: createExchangeStore(tables),
    leases: createLeaseStore(tables),
    counters: createCounterStore(tables),
    changes: createChangeStore(tables),
    callers: createCallerStore(tables),
    profiles: createProfileStore(tables),
    keyFiles: createKeyFileStore(tables),
    imports: createImportStore(tables),
    sweep: createSweep(tables),
    ping: async () => {
      if (closed) throw fail('gateway_unavailable', { detail: 'the store is closed' });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
