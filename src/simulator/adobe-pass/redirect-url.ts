/** Whether a URL lies on a registered domain: http(s), no userinfo, the domain itself or below it. */
export const liesOnDomain = (url: string, domains: readonly string[]): boolean => {
  // Userinfo is looked for in the text: an empty one disappears on parsing.
  if (!URL.canParse(url) || !/^https?:\/\/[^/?#@\\\s]+(?:[/?#][^\s\\]*)?$/i.test(url)) return false;
  const { hostname } = new URL(url);
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
};
