/** The first entry that matches the failure. */
const cures: readonly (readonly [RegExp, string])[] = [
  [
    /^ENOTFOUND|^EAI_/,
    'The host name does not resolve on this machine: check its spelling and the DNS of this machine.',
  ],
  [/^ECONNREFUSED/, 'Nothing listens there: check host and port, and whether the provider is running.'],
  [
    /^ECONN|^EPIPE|^EHOSTUNREACH|^ENETUNREACH/,
    'The connection fails: look for a firewall or proxy between this machine and the provider.',
  ],
  [
    /TIMEDOUT|^timeout$/,
    'There is no response in time: check that no firewall blocks this host. Responses must begin within 4 seconds.',
  ],
  [/EXPIRED/, 'The certificate has expired, or the clock of this machine is wrong.'],
  [/ALTNAME/, 'The certificate is for another host: use the host name that it names.'],
  [
    /CERT|SIGNED|SIGNATURE|UNABLE_TO/,
    'The certificate is not trusted here: complete its chain at the provider, or name the file of a private CA in NODE_EXTRA_CA_CERTS.',
  ],
  [
    /^response_too_large$/,
    'Responses of more than 1 MiB are refused: something else may be answering at this address.',
  ],
  [
    /^content-encoding$/,
    'The response is compressed although that was not requested: turn compression off at the provider or its proxy.',
  ],
  [/^not_https$/, 'Only https is allowed. For development, insecureHttp: true allows plain http.'],
  [/^not_a_URL$/, 'Write an absolute https URL.'],
  [/^E[A-Z]/, 'Check DNS, firewall and proxy between this machine and the address.'],
];

/**
 * What an operator can do when a request gets no usable response. `failure` is that of an `ExchangeFailure`, spaces
 * written as underscores or not; undefined for any other word.
 */
export const transportCure = (failure: string): string | undefined => {
  const word = failure.replaceAll(' ', '_');
  return cures.find(([pattern]) => pattern.test(word))?.[1];
};
