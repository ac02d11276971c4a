import { vi } from 'vitest';

/** Tries until it holds: for what another process hears of. */
export const eventually = (holds: () => void): Promise<void> =>
  vi.waitFor(holds, { timeout: 10_000, interval: 5 });
