import { fail } from '#src/lib/errors';
import type { VerifyMediaToken } from '#src/media-token/verify-media-token';
import type { FormatResource } from '#src/resources/format-resource';
import { readJson } from '../body.ts';
import type { Handler } from '../context.ts';
import { guard, guardOut } from '../guard.ts';
import type { IdentifyMediaServer } from '../media-servers.ts';
import { mediaTokenVerification } from '../v1-endpoints.ts';

interface Deps {
  readonly identifyMediaServer: IdentifyMediaServer;
  /** Undefined without a key of Adobe's. */
  readonly verifyMediaToken: VerifyMediaToken | undefined;
  readonly formatResource: FormatResource;
  /** Called with the id of the media server and the status. */
  readonly verified: (server: string, status: string) => void;
}

/** Verifies a media token, once, for a media server. */
export const createMediaTokenVerificationHandler =
  ({ identifyMediaServer, verifyMediaToken, formatResource, verified }: Deps): Handler =>
  async (ctx) => {
    const server = identifyMediaServer(ctx);
    if (!verifyMediaToken) throw fail('gateway_media_token_keys_missing');
    const { token, serviceProvider, resource } = guard(
      mediaTokenVerification.body.shape,
      await readJson(ctx),
    );
    const result = await verifyMediaToken(token, {
      requestor: serviceProvider,
      resource: (mvpd) => formatResource(resource, mvpd),
    });
    verified(server.id, result.status);
    ctx.body = guardOut(mediaTokenVerification.answer, result);
  };
