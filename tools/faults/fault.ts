/** A measurement besides the counts, with its bounds. */
export interface Measure {
  readonly what: string;
  readonly value: number;
  readonly most?: number;
  readonly least?: number;
  /** Durations depend on the machine: the short form checks only counts. */
  readonly unit?: 'ms' | 'MB';
}

/** The result of an injected fault. */
export interface Figures {
  readonly requests: number;
  /** Unexpected responses. */
  readonly wrong: number;
  /** Requests without a response, or that reached no gateway; acknowledged writes that are gone. */
  readonly lost: number;
  /** One-time things that were used twice. */
  readonly doubleSpent?: number;
  /** Milliseconds until everything is served as before; the longest, where there are several. */
  readonly recovery: number;
  readonly measures?: readonly Measure[];
  /** The first wrong or lost ones, as text. */
  readonly examples: readonly string[];
}

/** `short`: small numbers, for tests. */
export type Size = 'short' | 'whole';

export interface Fault {
  /** In the catalogue of faults. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds that recovery may take. */
  readonly within?: number;
  /** A text says why the fault cannot be injected here. */
  run(size: Size): Promise<Figures | string>;
}

const isOver = ({
  value,
  most = Number.POSITIVE_INFINITY,
  least = Number.NEGATIVE_INFINITY,
}: Measure): boolean => value > most || value < least;

/** The exceeded bounds, as text; with `countsOnly`, without durations. Nothing wrong, lost or used twice is always one. */
export const broken = ({ within }: Pick<Fault, 'within'>, figures: Figures, countsOnly = false): string[] => {
  const { requests, wrong, lost, doubleSpent = 0, recovery, measures = [] } = figures;
  const counts = { wrong, lost, 'double-spent': doubleSpent };
  const ended = [
    ...Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${what}: ${count}`] : [])),
    ...(requests === 0 ? ['no request was sent'] : []),
    ...measures
      .filter((measure) => isOver(measure) && !(countsOnly && measure.unit))
      .map((measure) => textOf(measure)),
  ];
  if (!countsOnly && within !== undefined && recovery > within) ended.push(`recovery: ${recovery} ms`);
  return ended;
};

/** `calls per request: 1.05, at most 1.2`. */
export const textOf = ({ what, value, most, least, unit }: Measure): string => {
  const rounded = Number(value.toFixed(2));
  const bounds = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ];
  return [`${what}: ${rounded}${unit ? ` ${unit}` : ''}`, ...bounds].join(', ');
};
