import { describeSoftState } from './conformance.ts';
import { linkWorkers } from './linked-workers.ts';

describeSoftState('two workers', async (clock) => {
  const linked = linkWorkers(2, clock);
  return {
    stores: linked.worker(0),
    rival: linked.worker(1),
    [Symbol.asyncDispose]: () => linked[Symbol.asyncDispose](),
  };
});

describeSoftState('two of more workers than a burst has calls', async (clock) => {
  const linked = linkWorkers(11, clock);
  return {
    stores: linked.worker(0),
    rival: linked.worker(10),
    [Symbol.asyncDispose]: () => linked[Symbol.asyncDispose](),
  };
});
