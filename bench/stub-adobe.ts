// The cheapest Adobe Pass there can be: registers, gives a token, and answers every read with one profile.
import { createServer } from 'node:http';

const profiles = JSON.stringify({
  profiles: {
    Cablevision: {
      notBefore: 1_752_149_281_000,
      notAfter: 4_083_685_280_000,
      issuer: 'Cablevision',
      type: 'serviceTokenSSO',
      attributes: { userID: { value: 'x'.repeat(1_500), state: 'plain' } },
    },
  },
});
const registration = JSON.stringify({ client_id: 'id', client_secret: 'secret' });
const token = JSON.stringify({ access_token: 'token', expires_in: 21_600, token_type: 'bearer' });

export const startStubAdobe = async () => {
  const server = createServer((request, response) => {
    request.resume();
    const { url = '' } = request;
    const dcr = url.startsWith('/o/');
    const body = url === '/o/client/register' ? registration : dcr ? token : profiles;
    response.writeHead(dcr ? 201 : 200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
};
