import type { SoftState } from '../ports.ts';
import { createPaces } from './paces.ts';
import { createProbes } from './probes.ts';

/** The soft state in this process's memory. JavaScript runs one thing at a time, so each method is atomic. */
export const createLocalSoftState = (): SoftState => ({
  paces: createPaces(),
  probes: createProbes(),
});
