// The gateway's own transport with nothing of the gateway around it.
import { forward } from './forward.ts';
import { serve } from './minimum.ts';

serve(async (incoming, outgoing) => {
  const answer = await forward(incoming);
  if (!answer) return outgoing.writeHead(401).end();
  const { status, contentType, body } = answer;
  outgoing.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  outgoing.end(body);
});
