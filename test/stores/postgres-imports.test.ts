import { describe, expect, onTestFinished, test } from 'vitest';
import { compositeKey } from '#src/lib/single-flight';
import { eventually } from '../support/eventually.ts';
import { connect, openStores, postgresUrl, temporarySchema } from '../support/postgres.ts';

const identity = { family: 'ref', issuer: 'https://dtc.example', subject: 'ana' };

describe.skipIf(!postgresUrl)('on a server', () => {
  test('an import waits for a sign-in with one of its identities, and then finds the account', async () => {
    const settings = temporarySchema();
    const stores = await openStores(settings);
    onTestFinished(() => stores.close());
    const [signIn, watch] = [await connect(settings.schema), await connect(settings.schema)];
    await signIn.query('BEGIN');
    await signIn.query(
      'SELECT pg_advisory_xact_lock(hashtextextended($1, hashtext(current_schema())::bigint))',
      [compositeKey('identity', identity.family, identity.issuer, identity.subject)],
    );
    const added = stores.imports.add({
      accounts: [{ id: 'imported', family: 'ref', createdAt: 1, subjectVersion: 0, endedAt: null }],
      identities: [{ ...identity, account: 'imported', provider: 'dtc', createdAt: 1 }],
      subjects: [],
      instances: [],
      pairs: [],
    });
    await eventually(async () => {
      const waiting = `SELECT FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND application_name = 'kinpass' AND query NOT LIKE '%pg_stat_activity%'`;
      expect((await watch.query(waiting)).rowCount).toBeGreaterThan(0);
    });
    await signIn.query(
      "INSERT INTO accounts (id, family, created_at, subject_version) VALUES ('ana', 'ref', 1, 1)",
    );
    await signIn.query(
      `INSERT INTO identities (family, issuer, subject, account, provider, created_at)
        VALUES ('ref', 'https://dtc.example', 'ana', 'ana', 'dtc', 1)`,
    );
    await signIn.query('COMMIT');
    expect(await added).toBe(false);
    expect(await stores.accounts.findByIdentity(identity)).toMatchObject({ id: 'ana' });
    expect(await stores.accounts.find('imported')).toBeUndefined();
  });
});
