import type { Clock } from '#src/lib/clock';
import type { Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import type { DeviceInfo } from './device-info.ts';

interface Deps {
  readonly metrics: Pick<Metrics, 'deviceProblem'>;
  readonly log: Pick<Log, 'warn'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** MVPDs whose home-based authentication needs the source port of the device. */
  readonly portNeededBy: readonly string[];
}

/** `mvpd`: the one that a call is about, if any. */
export type ReportDevice = (app: string, info: DeviceInfo, mvpd?: unknown) => void;

/** Milliseconds between two warnings about an app. */
const warningInterval = 60_000;

/** Counts what keeps Adobe from knowing the devices of an app, and warns about values that cannot be read. */
export const createReportDevice = ({ metrics, log, clock, portNeededBy }: Deps): ReportDevice => {
  const needsPort = new Set<unknown>(portNeededBy);
  const warnedAt = new Map<string, number>();

  const warn = (app: string): void => {
    const now = clock.monotonic();
    const last = warnedAt.get(app);
    if (last !== undefined && now - last < warningInterval) return;
    warnedAt.set(app, now);
    log.warn({ app }, 'X-Device-Info is not the Base64 of a JSON object; it is passed on as it is');
  };

  return (app, { problems, hasPort }, mvpd) => {
    for (const problem of problems) {
      metrics.deviceProblem(app, problem);
      if (problem === 'unreadable') warn(app);
    }
    if (!hasPort && needsPort.has(mvpd)) metrics.deviceProblem(app, 'no_port');
  };
};
