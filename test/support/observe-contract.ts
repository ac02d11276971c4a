import type { Control } from '@kinpass/simulator/client';
import { deviationsIn, unexplained } from './adobe-contract.ts';

/**
 * Control of the simulated world that holds what Adobe Pass hears and says against Adobe's OpenAPI files: before the record is
 * cleared, and when the test has ended. Answers that a fault made are not judged, nor paths that `unchecked` matches.
 */
export const observeContract = (
  control: Control,
  unchecked?: RegExp,
): { readonly control: Control; check(): Promise<void> } => {
  /** Throws if something is outside of the contract. */
  const check = async (): Promise<void> => {
    const requests = (await control.requests()).filter(
      ({ party, path }) => party === 'adobe' && !unchecked?.test(path),
    );
    // A delayed answer is Adobe's own.
    const judged = requests.map((one) =>
      one.fault === null || one.fault === 'delay' ? one : { ...one, response: null },
    );
    const found = unexplained(deviationsIn(judged));
    if (found.length > 0) throw new Error(`outside of Adobe's OpenAPI files:\n${found.join('\n')}`);
  };
  const observed: Control = {
    ...control,
    clearRequests: async () => {
      await check();
      return control.clearRequests();
    },
    reset: async () => {
      await check();
      return control.reset();
    },
  };
  return { control: observed, check };
};
