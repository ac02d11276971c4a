import { z } from 'zod';
import type { AdobeControls } from '#src/adobe-pass/adobe-pass';
import { anywhere } from '#src/adobe-pass/configuration/degradations';
import type { Fixtures } from '#src/fixtures';
import { compositeKey } from '#src/lib/composite-key';
import type { DegradationControl, DegradationScope } from './degradation-control.ts';

const ruleSchema = ({ mvpds, serviceProviders }: Fixtures) =>
  z.strictObject({
    rule: z.enum(['AuthNAll', 'AuthZAll', 'AuthZNone']),
    mvpd: z.enum(mvpds.map(({ id }) => id)).optional(),
    serviceProvider: z.enum(serviceProviders.map(({ id }) => id)).optional(),
    lasts: z.int().positive().optional(),
    message: z.string().min(1).optional(),
  });

export const createDegradationControl = (
  adobe: Pick<AdobeControls, 'clock' | 'degradations' | 'state' | 'changed'>,
  fixtures: Fixtures,
): DegradationControl => {
  const schema = ruleSchema(fixtures);
  const placeOf = ({ serviceProvider = anywhere, mvpd = anywhere }: DegradationScope) => ({
    serviceProvider,
    mvpd,
  });
  return {
    degrade: (given) => {
      const { rule, lasts, message = null, ...scope } = schema.parse(given);
      const since = adobe.clock.now();
      adobe.degradations.set(placeOf(scope), {
        rule,
        since,
        message,
        until: lasts === undefined ? null : since + lasts,
      });
    },
    endDegradation: (scope) => {
      if (!scope) return adobe.degradations.clear();
      const { serviceProvider, mvpd } = placeOf(scope);
      adobe.state.degradations.delete(compositeKey(serviceProvider, mvpd));
      adobe.changed();
    },
    degradations: () =>
      [...adobe.state.degradations]
        .filter(([, { until }]) => until === null || until > adobe.clock.now())
        .map(([key, { rule, until }]) => {
          const [serviceProvider = anywhere, mvpd = anywhere] = z.array(z.string()).parse(JSON.parse(key));
          return { rule, serviceProvider, mvpd, until };
        }),
  };
};
