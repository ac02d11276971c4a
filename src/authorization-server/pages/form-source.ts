/** For forms that lead to an identity provider, which may redirect to any host of its own. */
export const providerSources = (publicOrigin: string): readonly string[] => [
  'https:',
  ...(publicOrigin.startsWith('http:') ? ['http:'] : []),
];

/** The CSP sources of where a form leads in the end: Chromium applies form-action to the whole redirect chain. */
export const formSources = (uri: unknown): readonly string[] => {
  const url = typeof uri === 'string' ? URL.parse(uri) : null;
  if (!url) return [];
  return [/^https?:$/.test(url.protocol) ? url.origin : url.protocol];
};
