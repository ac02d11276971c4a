import { createLocalSoftState } from '#src/soft-state/local/create';
import { describeSoftState } from './conformance.ts';

describeSoftState('local', async () => {
  const stores = createLocalSoftState();
  return { stores, rival: stores, [Symbol.asyncDispose]: async () => undefined };
});
