import { describeStores } from './conformance.ts';
import { openStores, temporaryFile } from './sqlite-files.ts';

describeStores('sqlite', async (clock) => {
  const file = await temporaryFile();
  return { stores: await openStores(file, { clock }), rival: await openStores(file, { clock }) };
});
