import type { TrialIdentityOf } from '#src/families/trial-identity';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly trialIdentityOf: TrialIdentityOf;
}

/**
 * A viewer call of the gateway's own API. At a promotional TempPass it says who the viewer is, whatever the app says: an identity
 * that apps make up would give one trial after another. An app's own identity goes on for nobody, and for a viewer without the
 * identifier.
 */
export const createTrialCall =
  ({ viewerCall, trialIdentityOf }: Deps): ViewerCall =>
  (request, run) =>
    viewerCall(request, async (call, caller) => {
      const { family, account } = caller;
      const mvpd = request.input.parameters?.['mvpd'];
      const identity = account && mvpd && (await trialIdentityOf({ family, account, mvpd }));
      if (!identity) return run(call, caller);
      const headers = { ...call.device.headers, 'ap-temppass-identity': identity };
      return run({ ...call, device: { ...call.device, headers } }, caller);
    });
