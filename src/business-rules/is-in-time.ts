import type { TimeWindow } from '#src/config/business-rules/rule-schema';

interface LocalTime {
  /** `mon` to `sun`. */
  readonly weekday: string;
  /** `20:00` */
  readonly time: string;
  /** `2031-03-05T20:00` */
  readonly date: string;
}

/** Of the zones that the rules name: formatting takes its time, and a minute has many requests. */
const zones = new Map<string, (now: number) => LocalTime>();

const localTime = (zone: string, now: number): LocalTime => {
  const known = zones.get(zone) ?? createLocalTime(zone);
  zones.set(zone, known);
  return known(now);
};

const createLocalTime = (timeZone: string): ((now: number) => LocalTime) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  let last: { readonly minute: number; readonly local: LocalTime } | undefined;
  return (now) => {
    const minute = Math.floor(now / 60_000);
    if (last?.minute !== minute) last = { minute, local: partsOf(format, now) };
    return last.local;
  };
};

const partsOf = (format: Intl.DateTimeFormat, now: number): LocalTime => {
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const { year = '', month, day, weekday = '', hour, minute } = parts;
  const time = `${hour}:${minute}`;
  return { weekday: weekday.toLowerCase(), time, date: `${year.padStart(4, '0')}-${month}-${day}T${time}` };
};

const week: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Whether an instant is within a window. A window whose end is not after its beginning ends on the next day; `days` are those on
 * which it begins. Clocks are those of the zone: where they are set back, an hour counts twice. Pure.
 */
export const isInTime = (
  { zone, since, until, days, from = '00:00', to = '24:00' }: TimeWindow,
  now: number,
): boolean => {
  const { weekday, time, date } = localTime(zone, now);
  if ((since !== undefined && date < since) || (until !== undefined && date >= until)) return false;
  const today = week.indexOf(weekday);
  const isDay = (index: number): boolean => !days || days.some((day) => day === week.at(index));
  if (from < to) return isDay(today) && from <= time && time < to;
  return (isDay(today) && from <= time) || (isDay(today - 1) && time < to);
};
