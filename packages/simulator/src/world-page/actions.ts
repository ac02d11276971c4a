import { z } from 'zod';
import type { Control } from '#src/control/control';
import { duration } from '#src/duration';

const all = '*';
const name = z.string().min(1);
const scope = { mvpd: name.default(all), serviceProvider: name.default(all) };

/** Forms use `*` for all. */
const scopeOf = (form: { mvpd: string; serviceProvider: string }) => ({
  ...(form.mvpd !== all && { mvpd: form.mvpd }),
  ...(form.serviceProvider !== all && { serviceProvider: form.serviceProvider }),
});

/** The actions of the page's forms. */
const formSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('advance'), by: duration }),
  z.object({ action: z.literal('degrade'), rule: z.enum(['AuthNAll', 'AuthZAll', 'AuthZNone']), ...scope }),
  z.object({ action: z.literal('endDegradation'), ...scope }),
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

/** Performs the action of a form. Errors: ZodError, gateway_parameter_invalid, config_invalid. */
export const act = async (
  { control, signOut }: ActionDeps,
  form: Readonly<Record<string, string>>,
): Promise<void> => {
  const request = formSchema.parse(form);
  switch (request.action) {
    case 'advance':
      return control.advance(request.by);
    case 'degrade':
      return control.degrade({ rule: request.rule, ...scopeOf(request) });
    case 'endDegradation':
      return control.endDegradation(scopeOf(request));
    case 'startOutage':
      return control.startOutage(request.mvpd);
    case 'endOutage':
      return control.endOutage(request.mvpd);
    case 'signOut':
      return signOut(request.mvpd, request.userId);
    case 'startScenario':
      await control.scenarios.start(request.name);
      return;
    case 'stopScenario':
      control.scenarios.stop(request.name);
      return;
    case 'removeFault':
      control.faults.remove(request.id);
      return;
    case 'reset':
      return control.reset();
  }
};
