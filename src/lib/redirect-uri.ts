const isWeb = (uri: string): boolean => /^https?:/i.test(uri);

/** RFC 8252 §7.3: the app listens on a port that it learns when it starts. */
const isLoopbackUri = (uri: string): boolean =>
  /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(\/|\?|$)/i.test(uri);

export const isRemoteHttp = (uri: string): boolean => /^http:/i.test(uri) && !isLoopbackUri(uri);

/**
 * A `native` client may return to any port of its loopback redirect URIs. It may not have plain http elsewhere, as
 * development has; then its ports are exact.
 */
export const applicationType = (uris: readonly string[]): 'web' | 'native' => {
  if (!uris.every(isWeb)) return 'native';
  return uris.some(isLoopbackUri) && !uris.some(isRemoteHttp) ? 'native' : 'web';
};
