import got from 'got';
import { nodeErrorCode } from '#src/lib/system-error';

interface Options {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export type Answer =
  | {
      readonly answered: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
      /** This machine's end of the connection. */
      readonly local: { readonly address: string; readonly port: number };
    }
  | { readonly answered: false; readonly reason: string };

/** GET by a connection of its own, without redirects, cookies or repeats. Never rejects. */
export const get = async (url: URL | string, { headers = {}, signal }: Options): Promise<Answer> => {
  const tooLarge = new AbortController();
  const call = got(url, {
    headers: { 'accept-encoding': 'identity', 'user-agent': 'kinpass-doctor', ...headers },
    agent: { http: false, https: false },
    signal: AbortSignal.any([signal, tooLarge.signal]),
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    retry: { limit: 0 },
    timeout: { request: 8_000 },
  });
  call.on('downloadProgress', ({ transferred }) => transferred > maxBody && tooLarge.abort());
  let local = { address: '', port: 0 };
  call.on('request', (request) => {
    request.once('socket', (socket) => {
      socket.once('connect', () => {
        local = { address: String(socket.localAddress), port: Number(socket.localPort) };
      });
    });
  });
  try {
    const { statusCode: status, headers: received, body } = await call;
    return { answered: true, status, headers: received, body, local };
  } catch (error) {
    const code = nodeErrorCode(error) ?? 'no answer';
    return { answered: false, reason: tooLarge.signal.aborted ? 'the answer is too large' : code };
  }
};

const maxBody = 262_144;
