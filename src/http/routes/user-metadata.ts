import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { ReadUserMetadata } from '#src/flows/read-user-metadata';
import type { Handler } from '../context.ts';
import type { ReadDevice } from '../device.ts';
import { guard, guardOut } from '../guard.ts';
import { signalOf } from '../request-scope.ts';
import {
  type CheckServiceProvider,
  nameSender,
  readSender,
  readSuppliedToken,
  wantsFresh,
} from '../rest-request.ts';
import { userMetadata } from '../v1-endpoints.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  readonly checkServiceProvider: CheckServiceProvider;
  readonly readDevice: ReadDevice;
  readonly readUserMetadata: ReadUserMetadata;
}

const parameters = z.object({ mvpd: adobeId });

/** What the MVPD says of the viewer. It is personal: no cache may keep it. */
export const createUserMetadataHandler =
  ({ identifyCaller, checkServiceProvider, readDevice, readUserMetadata }: Deps): Handler =>
  async (ctx) => {
    const { bearer, serviceProvider, device } = readSender(ctx, userMetadata, readDevice);
    const { mvpd } = guard(parameters, ctx.params);
    const caller = await identifyCaller({ bearer, identifier: device.identifier });
    nameSender(ctx, caller);
    checkServiceProvider(caller, serviceProvider);
    const found = await readUserMetadata(
      {
        ...{ caller, device, serviceProvider, input: {} },
        suppliedToken: readSuppliedToken(ctx),
        isFresh: wantsFresh(ctx),
        signal: signalOf(ctx.state),
      },
      mvpd,
    );
    ctx.set('Cache-Control', 'no-store');
    ctx.body = guardOut(userMetadata.answer, { mvpd, ...found });
  };
