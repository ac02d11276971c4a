import { z } from 'zod';
import type { Control } from '#src/control/control';
import { duration } from '#src/duration';

const all = '*';
const name = z.string().min(1);
const place = { mvpd: name.default(all), serviceProvider: name.default(all) };

/** A form names its place by `*` for all. */
const placeOf = (form: { mvpd: string; serviceProvider: string }) => ({
  ...(form.mvpd !== all && { mvpd: form.mvpd }),
  ...(form.serviceProvider !== all && { serviceProvider: form.serviceProvider }),
});

/** What the page's forms may ask for. */
const formSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('advance'), by: duration }),
  z.object({ action: z.literal('degrade'), rule: z.enum(['AuthNAll', 'AuthZAll', 'AuthZNone']), ...place }),
  z.object({ action: z.literal('endDegradation'), ...place }),
  z.object({ action: z.literal('startOutage'), mvpd: name }),
  z.object({ action: z.literal('endOutage'), mvpd: name }),
  z.object({ action: z.literal('signOut'), mvpd: name, userId: name }),
  z.object({ action: z.literal('startScenario'), name: z.string().regex(/^[a-z0-9-]+$/) }),
  z.object({ action: z.literal('stopScenario'), name }),
  z.object({ action: z.literal('removeFault'), id: name }),
  z.object({ action: z.literal('reset') }),
]);

export interface ActionDeps {
  readonly control: Control;
  readonly signOut: (mvpd: string, userId: string) => void;
}

/** Does what a form asks for. Errors: ZodError, gateway_parameter_invalid, config_invalid. */
export const act = async (
  { control, signOut }: ActionDeps,
  form: Readonly<Record<string, string>>,
): Promise<void> => {
  const order = formSchema.parse(form);
  switch (order.action) {
    case 'advance':
      return control.advance(order.by);
    case 'degrade':
      return control.degrade({ rule: order.rule, ...placeOf(order) });
    case 'endDegradation':
      return control.endDegradation(placeOf(order));
    case 'startOutage':
      return control.startOutage(order.mvpd);
    case 'endOutage':
      return control.endOutage(order.mvpd);
    case 'signOut':
      return signOut(order.mvpd, order.userId);
    case 'startScenario':
      await control.scenarios.start(order.name);
      return;
    case 'stopScenario':
      control.scenarios.stop(order.name);
      return;
    case 'removeFault':
      control.faults.remove(order.id);
      return;
    case 'reset':
      return control.reset();
  }
};
