import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Clock } from '#src/lib/clock';
import { nodeErrorCode } from '#src/lib/system-error';
import type { Check, Outcome } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import { dnsId, hostOf, isInDns, portOf, type Target, tlsId } from './targets.ts';

interface Deps extends Target {
  readonly production: boolean;
  readonly clock: Pick<Clock, 'now'>;
  /** Checks that this one needs, besides that of the name. */
  readonly needs?: readonly string[];
  /** Whether somebody should answer there now; a gateway that is not running says nothing about its certificate. */
  readonly isExpected?: () => Promise<boolean>;
}

interface Handshake {
  /** Why hostname or chain was refused; undefined if both are right. */
  readonly refusal: string | undefined;
  readonly protocol: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
}

const day = 86_400_000;
const warnDays = 21;

/** Whether the certificate of a host is valid for its name and for how long. Nothing is sent over the connection. */
export const createTlsCheck = (deps: Deps): Check => {
  const { url, setting, production, needs = [], isExpected } = deps;
  return {
    id: tlsId(url),
    question: `Is the certificate of ${setting} valid?`,
    needs: [...(isInDns(url) ? [dnsId(url)] : []), ...needs],
    run: async (signal) => {
      if (url.protocol === 'http:') return plainHttp(setting, production);
      try {
        return judge(deps, await shakeHands(url, signal));
      } catch (error) {
        if (isExpected && !(await isExpected())) return skipped('The gateway is not running.');
        const reason = nodeErrorCode(error) ?? 'no answer';
        const cure = `Check that ${url.host} serves TLS 1.2 or later, and that a firewall lets this machine through.`;
        return failed(`There is no TLS connection to ${url.host} (${reason}).`, cure);
      }
    },
  };
};

const plainHttp = (setting: string, production: boolean): Outcome =>
  production
    ? failed(`${setting} is plain http.`, `Use https for ${setting}.`)
    : skipped(`${setting} is plain http (insecureHttp).`);

/** Also completes with a certificate that is refused, to tell what is wrong with it. */
const shakeHands = (url: URL, signal: AbortSignal): Promise<Handshake> =>
  new Promise((resolve, reject) => {
    const host = hostOf(url);
    const servername = isIP(host) === 0 ? host : '';
    const socket = connect({ host, port: portOf(url), servername, rejectUnauthorized: false });
    const stop = () => socket.destroy(Object.assign(new Error('out of time'), { code: 'ETIMEDOUT' }));
    signal.addEventListener('abort', stop, { once: true });
    socket.once('error', reject);
    socket.once('close', () => signal.removeEventListener('abort', stop));
    socket.once('secureConnect', () => {
      const { valid_to } = socket.getPeerCertificate();
      resolve({
        refusal: socket.authorized ? undefined : String(socket.authorizationError),
        protocol: socket.getProtocol() ?? 'unknown',
        validTo: Date.parse(valid_to),
      });
      socket.destroy();
    });
  });

const judge = ({ url, setting, clock }: Deps, { refusal, protocol, validTo }: Handshake): Outcome => {
  const days = Math.floor((validTo - clock.now()) / day);
  const facts = { daysLeft: days, protocol };
  if (refusal === 'CERT_HAS_EXPIRED' || days < 0)
    return failed(`The certificate of ${url.host} has expired.`, 'Renew it.', facts);
  if (refusal === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const cure = `Get a certificate that names ${hostOf(url)}, or correct ${setting}.`;
    return failed(`The certificate at ${url.host} is for other names.`, cure, facts);
  }
  if (refusal !== undefined) {
    const cure =
      'Serve the intermediate certificates too; for a private authority, name its file in NODE_EXTRA_CA_CERTS.';
    return failed(`The certificate of ${url.host} is not trusted (${refusal}).`, cure, facts);
  }
  if (days < warnDays)
    return warning(`The certificate of ${url.host} expires in ${days} days.`, 'Renew it.', facts);
  return ok(`The certificate of ${url.host} is valid.`, facts);
};
