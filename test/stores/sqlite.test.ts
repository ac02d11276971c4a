import { describeStores } from './conformance.ts';
import { openStores, temporaryFile } from './sqlite-files.ts';

describeStores('sqlite', async () => {
  const file = await temporaryFile();
  return { stores: await openStores(file), rival: await openStores(file) };
});
