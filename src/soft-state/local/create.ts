import type { SoftState } from '../ports.ts';
import { createAllowances } from './allowances.ts';
import { createNoticeHub } from './notices.ts';
import { createPaces } from './paces.ts';
import { createPollHub } from './polls.ts';
import { createProbes } from './probes.ts';

/** The soft state in this process's memory. JavaScript runs one thing at a time, so each method is atomic. */
export interface LocalSoftState {
  /** As one more process sees it. */
  join(): SoftState;
}

export const createLocalSoftState = (): LocalSoftState => {
  const paces = createPaces();
  const probes = createProbes();
  const allowances = createAllowances();
  const joinPolls = createPollHub();
  const joinNotices = createNoticeHub();
  return {
    join: () => ({ paces, probes, allowances, polls: joinPolls(), notices: joinNotices() }),
  };
};
