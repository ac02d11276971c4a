import { type Spread, spreadOf } from './measure/spread.ts';
import type { Measurement } from './rounds.ts';

/** By row and peer: the peer's CPU per request divided by Kinpass's, in the same round. More is better. */
export type Ratios = Readonly<Record<string, Readonly<Record<string, Spread>>>>;

export const ratiosOf = (measured: readonly Measurement[]): Ratios =>
  Object.fromEntries(
    [...Map.groupBy(measured, ({ row }) => row)].map(([row, inRow]) => [row, ratiosIn(inRow)]),
  );

const ratiosIn = (measured: readonly Measurement[]): Readonly<Record<string, Spread>> => {
  const own = new Map(
    measured.filter(({ who }) => who === 'kinpass').map(({ round, cpuPerRequest }) => [round, cpuPerRequest]),
  );
  const ofPeers = Map.groupBy(
    measured.filter(({ who }) => who !== 'kinpass'),
    ({ who }) => who,
  );
  return Object.fromEntries(
    [...ofPeers].map(([peer, rounds]) => [
      peer,
      spreadOf(rounds.map(({ round, cpuPerRequest }) => cpuPerRequest / (own.get(round) ?? 0))),
    ]),
  );
};
