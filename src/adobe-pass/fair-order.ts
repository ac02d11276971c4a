/** Who goes next of those who wait behind one address: a pure policy. */

export interface Waiting {
  /** What the call is worth: 0 goes first. */
  readonly rank: number;
  /** Calls of one rank are fair between devices. */
  readonly device: string;
}

const viewerWaits = 1;
const worths: Readonly<Record<string, number>> = {
  authorize: 0,
  createSession: viewerWaits,
  createPartnerSession: viewerWaits,
  createPartnerProfile: viewerWaits,
  resumeSession: viewerWaits,
  logOut: viewerWaits,
  // No other call can be made before these.
  register: viewerWaits,
  token: viewerWaits,
  preauthorize: 3,
  getProfileByCode: 4,
};

/** Playing, signing in, profiles and the like, browsing, polls of a code. */
export const rankOf = (operation: string): number => worths[operation] ?? 2;

const minBy = <T>(values: readonly T[], of: (value: T) => number): T | undefined => {
  let [least, min]: [T | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const value of values) {
    const measure = of(value);
    if (measure < min) [least, min] = [value, measure];
  }
  return least;
};

const ofRank = <W extends Waiting>(waiting: readonly W[], rank: number): W[] =>
  waiting.filter((one) => one.rank === rank);

/**
 * The one that goes next, of those in the order of their arrival: of the best rank, and of its devices the one whose turn is
 * longest ago. `turns` has the number of each device's last turn.
 */
export const nextOf = <W extends Waiting>(
  waiting: readonly W[],
  turns: ReadonlyMap<string, number>,
): W | undefined => {
  const best = minBy(waiting, ({ rank }) => rank);
  return best && minBy(ofRank(waiting, best.rank), ({ device }) => turns.get(device) ?? -1);
};

const countByDevice = (waiting: readonly Waiting[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { device } of waiting) counts.set(device, (counts.get(device) ?? 0) + 1);
  return counts;
};

/** The one that is refused first: of the worst rank, the last of the device that has most of them. */
export const worstOf = <W extends Waiting>(waiting: readonly W[]): W | undefined => {
  const rivals = ofRank(
    waiting,
    waiting.reduce((rank, one) => Math.max(rank, one.rank), -1),
  );
  const counts = countByDevice(rivals);
  return minBy(rivals.toReversed(), ({ device }) => -(counts.get(device) ?? 0));
};

/**
 * The one that gives way to a newcomer where not all can be served in time: one of a worse rank, or of the same rank and a device
 * that has at least two more of them. Undefined if the newcomer has to go.
 */
export const displacedBy = <W extends Waiting>(waiting: readonly W[], newcomer: Waiting): W | undefined => {
  const worst = worstOf(waiting);
  if (!worst || worst.rank !== newcomer.rank) return worst && worst.rank > newcomer.rank ? worst : undefined;
  const counts = countByDevice(ofRank(waiting, worst.rank));
  const [most, own] = [counts.get(worst.device) ?? 0, counts.get(newcomer.device) ?? 0];
  return most >= own + 2 ? worst : undefined;
};
