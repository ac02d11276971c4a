import { z } from 'zod';
import type { AdobeInside } from '#src/adobe-pass/adobe-pass';
import { anywhere } from '#src/adobe-pass/configuration/degradations';
import type { Fixtures } from '#src/fixtures';
import { compositeKey } from '#src/lib/single-flight';
import type { DegradationControl, DegradationPlace } from './degradation-control.ts';

const orderSchema = ({ mvpds, serviceProviders }: Fixtures) =>
  z.strictObject({
    rule: z.enum(['AuthNAll', 'AuthZAll', 'AuthZNone']),
    mvpd: z.enum(mvpds.map(({ id }) => id)).optional(),
    serviceProvider: z.enum(serviceProviders.map(({ id }) => id)).optional(),
    lasts: z.int().positive().optional(),
    message: z.string().min(1).optional(),
  });

export const createDegradationControl = (
  inside: () => AdobeInside | undefined,
  fixtures: Fixtures,
): DegradationControl => {
  const schema = orderSchema(fixtures);
  const at = ({ serviceProvider = anywhere, mvpd = anywhere }: DegradationPlace) => ({
    serviceProvider,
    mvpd,
  });
  return {
    degrade: (order) => {
      const { rule, lasts, message = null, ...place } = schema.parse(order);
      const adobe = inside();
      const since = adobe?.clock.now() ?? 0;
      adobe?.degradations.set(at(place), {
        rule,
        since,
        message,
        until: lasts === undefined ? null : since + lasts,
      });
    },
    endDegradation: (place) => {
      const adobe = inside();
      if (!place) return adobe?.degradations.clear();
      const { serviceProvider, mvpd } = at(place);
      adobe?.state.degradations.delete(compositeKey(serviceProvider, mvpd));
      adobe?.changed();
    },
    degradations: () => {
      const adobe = inside();
      return [...(adobe?.state.degradations ?? [])]
        .filter(([, { until }]) => until === null || until > (adobe?.clock.now() ?? 0))
        .map(([key, { rule, until }]) => {
          const [serviceProvider = anywhere, mvpd = anywhere] = z.array(z.string()).parse(JSON.parse(key));
          return { rule, serviceProvider, mvpd, until };
        });
    },
  };
};
