import { constants, createPublicKey, type KeyObject, privateEncrypt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenByKms {
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  readonly text: string;
}

type Fault = (response: ServerResponse) => void;

export interface StandInKms extends AsyncDisposable {
  readonly origin: string;
  readonly seen: SeenByKms[];
  /** Responses to the next requests instead of the normal ones. */
  readonly faults: Fault[];
}

/** DigestInfo of SHA-256 (RFC 8017 §9.2): what RSASSA-PKCS1-v1_5 signs in place of a digest. */
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** AWS KMS with `Sign` and `GetPublicKey` for one key. */
export const standInKms = async (keyId: string, key: KeyObject): Promise<StandInKms> => {
  const seen: SeenByKms[] = [];
  const faults: Fault[] = [];
  const answers: Record<string, (body: Record<string, unknown>) => object> = {
    'TrentService.GetPublicKey': () => ({
      KeyId: keyId,
      KeySpec: 'RSA_2048',
      KeyUsage: 'SIGN_VERIFY',
      PublicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
      SigningAlgorithms: ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PSS_SHA_256'],
    }),
    'TrentService.Sign': ({ Message, SigningAlgorithm }) => {
      const padded = Buffer.concat([digestInfo, Buffer.from(String(Message), 'base64')]);
      const signature = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, padded);
      return { KeyId: keyId, Signature: signature.toString('base64'), SigningAlgorithm };
    },
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const target = String(request.headers['x-amz-target']);
    const body = JSON.parse(text) as Record<string, unknown>;
    seen.push({ target, headers: request.headers, body, text });
    const fault = faults.shift();
    if (fault) return fault(response);
    const answer = body['KeyId'] === keyId ? answers[target]?.(body) : undefined;
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer ?? { __type: 'NotFoundException' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    faults,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
