import type { RestRequest } from './caller.ts';
import type { ListProviders } from './list-providers.ts';
import type { TvProvider } from './picker-rules.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly listProviders: ListProviders;
  readonly instanceCall: ViewerCall;
}

interface Picked {
  readonly remembered: string | undefined;
  /** Of these MVPDs only, which need not be among those that are offered. */
  readonly among?: readonly string[];
}

/** The picker of the device that starts. */
export const createStartProviders =
  ({ listProviders, instanceCall }: Deps) =>
  async (request: RestRequest, { remembered, among }: Picked): Promise<readonly TvProvider[]> => {
    const { caller, serviceProvider, device, signal } = request;
    const offered = await listProviders({
      app: caller.app,
      serviceProvider,
      device,
      remembered,
      signal,
      callAs: (run) => instanceCall(request, run),
    });
    if (!among) return offered;
    const hidden = among.filter((id) => !offered.some((provider) => provider.id === id));
    return [
      ...offered.filter(({ id }) => among.includes(id)),
      ...hidden.map((id) => ({ id, displayName: id, aliases: [], isRemembered: id === remembered })),
    ];
  };
