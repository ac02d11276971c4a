import { afterAll, describe } from 'vitest';
import { connect, emptySchema, openStores, postgresUrl, temporarySchema } from '../support/postgres.ts';
import { describeStores } from './conformance.ts';

describe.skipIf(!postgresUrl)('on a server', () => {
  const settings = temporarySchema({}, afterAll);

  describeStores('postgres', async () => {
    await emptySchema(settings);
    const [stores, rival] = [await openStores(settings), await openStores(settings)];
    // Leases end by the clock of the database.
    const pass = async (ms: number) => {
      const client = await connect(settings.schema);
      await client.query("UPDATE leases SET expires_at = expires_at - $1 * interval '1 millisecond'", [ms]);
    };
    return { stores, rival, pass, margin: 10_000 };
  });
});
