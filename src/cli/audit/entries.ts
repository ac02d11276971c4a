import { open } from 'node:fs/promises';
import { fail } from '#src/lib/errors';
import { parseEntry } from '#src/stores/audit-chain';
import type { AuditEntry, AuditStore } from '#src/stores/audit-ports';
import { openExistingStores } from '../open-stores.ts';
import { type ConfigValues, loadSettings } from '../settings.ts';

const pageSize = 500;

/** The audit log of the database, read to its end, page by page. Errors: audit_broken. */
export async function* entriesOf(
  audit: Pick<AuditStore, 'list'>,
  after = 0,
): AsyncGenerator<AuditEntry, void> {
  let page = await audit.list({ after, limit: pageSize });
  while (page.length > 0) {
    yield* page;
    page = await audit.list({ after: page.at(-1)?.seq ?? after, limit: pageSize });
  }
}

/** The entries of the database that a configuration names. Errors: arguments_invalid, config_invalid, store_invalid, keys_invalid. */
export async function* storedEntries(values: ConfigValues, after = 0): AsyncGenerator<AuditEntry, void> {
  await using stores = await openExistingStores(await loadSettings(values));
  yield* entriesOf(stores.audit, after);
}

/** The entries of an exported file, one a line. Errors: arguments_invalid, audit_broken. */
export async function* exportedEntries(path: string): AsyncGenerator<AuditEntry, void> {
  await using file = await open(path).catch((cause: unknown) => {
    throw fail('arguments_invalid', { hint: `${path} cannot be read`, cause });
  });
  let line = 0;
  for await (const text of file.readLines()) {
    line += 1;
    const entry = parseEntry(text);
    if (!entry)
      throw fail('audit_broken', { hint: `Line ${line} of ${path} is not an entry as it was exported.` });
    yield entry;
  }
}
