import type { ExplainSharing } from '#src/flows/explain-sharing';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { Sharing } from '#src/flows/judge-sharing';
import type { Handler } from '../context.ts';
import type { ReadDevice } from '../device.ts';
import { guard, guardOut } from '../guard.ts';
import { signalOf } from '../request-scope.ts';
import { nameSender, readSender, readSuppliedToken } from '../rest-request.ts';
import { explain, sharingAnswer } from '../v1-explain.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  readonly explainSharing: ExplainSharing;
  readonly readDevice: ReadDevice;
}

/**
 * For the viewer: why this app finds no profile. Another device identifier and a foreign service provider are findings here, not
 * refusals, and nothing is sent to Adobe for them.
 */
export const createExplainHandler =
  ({ identifyCaller, explainSharing, readDevice }: Deps): Handler =>
  async (ctx) => {
    const { bearer, serviceProvider, device } = readSender(ctx, explain, readDevice);
    const question = guard(explain.query, { ...ctx.query });
    const found = await identifyCaller({ bearer });
    const isBound = found.instance.device !== null;
    const caller = isBound ? found : await identifyCaller({ bearer, identifier: device.identifier });
    nameSender(ctx, caller);
    const signal = signalOf(ctx.state);
    const suppliedToken = readSuppliedToken(ctx);
    const sharing = await explainSharing(
      { caller, device, serviceProvider, suppliedToken, signal },
      question,
    );
    ctx.body = guardOut(sharingAnswer, shown(sharing));
  };

export const shown = ({ isShared, ...others }: Sharing & { readonly mvpd?: string }) => ({
  shared: isShared,
  ...others,
});
