/** Facts of a platform, under the keys of X-Device-Info (Adobe Pass, REST API V2, header X-Device-Info). */
type Facts = Readonly<Record<string, string>>;

interface Platform {
  /** Its groups `model` and `osVersion` are facts too. */
  readonly pattern: RegExp;
  readonly facts: Facts;
}

const platform = (
  pattern: RegExp,
  primaryHardwareType: string | undefined,
  [osName, osFamily, osVendor]: readonly [osName: string, osFamily: string, osVendor?: string],
  others: Facts = {},
): Platform => ({
  pattern,
  facts: {
    ...(primaryHardwareType && { primaryHardwareType }),
    osName,
    osFamily,
    ...(osVendor && { osVendor }),
    ...others,
  },
});

const android = ['Android', 'Android', 'Google'] as const;
const byApple = { manufacturer: 'Apple' };

/** The first one that matches: a device names itself before the systems that it is like. */
const platforms: readonly Platform[] = [
  platform(/Roku(?:\/DVP-(?<osVersion>\d[\d.]*))?/, 'SetTopBox', ['Roku OS', 'Roku OS', 'Roku'], {
    manufacturer: 'Roku',
    model: 'Roku',
  }),
  platform(/Apple ?TV(?:.*?OS[ /](?<osVersion>\d[\d._]*))?/, 'SetTopBox', ['tvOS', 'tvOS', 'Apple'], {
    ...byApple,
    model: 'AppleTV',
  }),
  platform(
    /(?:Android (?<osVersion>\d[\d.]*); .*?)?(?<model>\bAFT[A-Z0-9]+)/,
    'SetTopBox',
    ['Android', 'Android', 'Amazon'],
    { manufacturer: 'Amazon' },
  ),
  platform(/Tizen(?: (?<osVersion>\d[\d.]*))?/, 'TV', ['Tizen', 'Tizen', 'Samsung'], {
    manufacturer: 'Samsung',
  }),
  platform(/Web0S|webOS(?:\.TV-(?<osVersion>\d[\d.]*))?/, 'TV', ['webOS', 'webOS', 'LG'], {
    manufacturer: 'LG',
  }),
  platform(/(?<model>PlayStation \d)[ /]?(?<osVersion>\d[\d.]*)?/, 'GamesConsole', [
    'PlayStation OS',
    'PlayStation OS',
    'Sony',
  ]),
  platform(/Windows NT (?<osVersion>\d[\d.]*).*(?<model>Xbox)/, 'GamesConsole', [
    'Windows',
    'Windows',
    'Microsoft',
  ]),
  platform(
    /(?<model>iPhone|iPod)(?:.*? OS (?<osVersion>\d[\d_]*))?/,
    'MobilePhone',
    ['iOS', 'iOS', 'Apple'],
    byApple,
  ),
  platform(/(?<model>iPad)(?:.*? OS (?<osVersion>\d[\d_]*))?/, 'Tablet', ['iOS', 'iOS', 'Apple'], byApple),
  platform(/CrOS \S+ (?<osVersion>\d[\d.]*)/, 'Desktop', ['Chrome OS', 'Linux', 'Google']),
  platform(
    /Android (?<osVersion>\d[\d.]*); (?<model>(?:[^;)]*?(?:BRAVIA|Chromecast|Android ?TV|Google TV|SHIELD)[^;)]*?))(?: Build[^)]*)?\)/i,
    'SetTopBox',
    android,
  ),
  platform(
    /Android (?<osVersion>\d[\d.]*)(?:; (?<model>[^;)]+?)(?: Build[^)]*)?)?\).*\bMobile\b/,
    'MobilePhone',
    android,
  ),
  // Tablets and televisions alike.
  platform(/Android (?<osVersion>\d[\d.]*)(?:; (?<model>[^;)]+?)(?: Build[^)]*)?)?\)/, undefined, android),
  platform(/CrKey/, 'MediaPlayer', ['Linux', 'Linux', 'Google'], {
    manufacturer: 'Google',
    model: 'Chromecast',
  }),
  platform(/Macintosh.* Mac OS X (?<osVersion>\d[\d._]*)/, 'Desktop', ['Mac OS', 'macOS', 'Apple'], byApple),
  platform(/Windows NT (?<osVersion>\d[\d.]*)/, 'Desktop', ['Windows', 'Windows', 'Microsoft']),
  platform(/X11; .*Linux/, 'Desktop', ['Linux', 'Linux']),
];

/** Platforms come first; patterns take longer with each character. */
const maxLength = 512;

/**
 * What a User-Agent tells about a device, under the keys of X-Device-Info; undefined if it names no platform that Adobe
 * lists. Pure.
 */
export const describeUserAgent = (userAgent: string): Facts | undefined => {
  const text = userAgent.slice(0, maxLength);
  for (const { pattern, facts } of platforms) {
    const groups = pattern.exec(text);
    if (!groups) continue;
    const { model, osVersion } = groups.groups ?? {};
    return {
      ...facts,
      ...(model && { model }),
      ...(osVersion && { osVersion: osVersion.replaceAll('_', '.') }),
    };
  }
  return undefined;
};
