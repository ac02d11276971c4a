import { networkOf } from '#src/lib/ip-address';

const [perCall, most] = [0.2, 10];
/** The last ones, of which nobody gets two running: calls that fail for one client alone leave some to others. */
const reserve = 3;

/** The repeats that all calls to Adobe share. */
export interface RetryBudget {
  /** A call begins: it adds to what may be repeated. */
  deposit(): void;
  /** Takes a repeat for the device at this address; false if there is none left for it. */
  tryWithdraw(address: string): boolean;
}

/**
 * A fifth of the calls, and ten more to begin with: a call that fails now and then is repeated as often as it needs to be, and
 * an Adobe that fails as a whole gets a fifth more calls, not three times as many. `exhausted` is called for each repeat that is
 * given up.
 */
export const createRetryBudget = (exhausted?: () => void): RetryBudget => {
  let balance = most;
  let latest: string | undefined;
  return {
    deposit: () => {
      balance = Math.min(most, balance + perCall);
    },
    tryWithdraw: (address) => {
      const network = networkOf(address);
      if (balance >= 1 + (network === latest ? reserve : 0)) {
        balance -= 1;
        latest = network;
        return true;
      }
      exhausted?.();
      return false;
    },
  };
};
