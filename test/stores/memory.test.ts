import { createMemoryStores } from '#src/stores/memory/create';
import { describeStores } from './conformance.ts';

describeStores('memory', async (clock) => {
  const stores = createMemoryStores({ clock });
  return { stores, rival: stores };
});
