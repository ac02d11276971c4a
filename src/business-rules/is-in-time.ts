import type { TimeWindow } from '#src/config/business-rules/rule-schema';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Of the names of zones that the rules have. */
const formatFor = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
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
  formats.set(timeZone, format);
  return format;
};

const localTime = (zone: string, now: number) => {
  const parts = Object.fromEntries(
    formatFor(zone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
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
