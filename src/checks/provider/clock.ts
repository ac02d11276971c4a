import { failed, ok, skipped, warning } from '../outcome.ts';
import type { Answer, Reading } from './ask.ts';
import type { MakeCheck } from './checked-provider.ts';

/** Milliseconds: Date has whole seconds (RFC 9110 §6.6.1). */
const precision = 1_000;

export const clock: MakeCheck = ({ settings: { config }, evidence }) => ({
  id: 'provider.clock',
  question: "Do the provider's clock and ours agree?",
  needs: ['provider.discovery'],
  run: async () => {
    const dated = [await evidence.token(), await evidence.discovery()].find(hasDate);
    if (!dated) return skipped('The provider sends no Date header.');
    const difference = differenceOf(dated);
    const tolerance = config.clockTolerance;
    const facts = {
      difference: `${Math.round(difference / 1_000)} s`,
      clockTolerance: `${tolerance / 1_000} s`,
    };
    const cure =
      'Let both machines follow NTP. If the provider is at fault and will not change, raise clockTolerance (5m at most).';
    if (difference > tolerance)
      return failed('The clocks differ by more than clockTolerance: ID Tokens are refused.', cure, facts);
    if (difference > Math.max(tolerance / 2, precision))
      return warning('The clocks differ by more than half of clockTolerance.', cure, facts);
    return ok('The clocks agree.', facts);
  },
});

const hasDate = (reading: Reading | undefined): reading is Answer =>
  reading !== undefined &&
  'headers' in reading &&
  !Number.isNaN(Date.parse(reading.headers.get('date') ?? ''));

/** Milliseconds. An answer from a cache was dated `Age` seconds ago (RFC 9111 §5.1). */
const differenceOf = ({ headers, at }: Answer): number => {
  const age = Number(headers.get('age') ?? 0) * 1_000;
  const date = Date.parse(headers.get('date') ?? '') + precision / 2 + (Number.isFinite(age) ? age : 0);
  return Math.max(0, Math.abs(at - date) - precision / 2);
};
