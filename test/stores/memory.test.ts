import { createMemoryStores } from '#src/stores/memory/create';
import { describeStores } from './conformance.ts';

describeStores('memory', async () => {
  const stores = createMemoryStores();
  return { stores, rival: stores };
});
