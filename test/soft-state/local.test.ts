import { createLocalSoftState } from '#src/soft-state/local/create';
import { describeSoftState } from './conformance.ts';

describeSoftState('local', async () => {
  const state = createLocalSoftState();
  return { stores: state.join(), rival: state.join(), [Symbol.asyncDispose]: async () => undefined };
});
