import type { JsonObject } from '#src/lib/json';

/** A pattern whose named groups are keys of X-Device-Info, and what else follows if it matches. */
type Rule = readonly [pattern: RegExp, facts: Readonly<Record<string, string>>];

const madeBy = (name: string) => ({ manufacturer: name, vendor: name });
const system = (osName: string, osVendor: string, osFamily = osName) => ({ osName, osFamily, osVendor });
const apple = madeBy('Apple');

/** The first match counts: a television names itself before the system that its own is based on. */
const devices: readonly Rule[] = [
  [
    /Apple ?TV(?:.*? OS (?<osVersion>[\d._]+))?/,
    { ...apple, ...system('tvOS', 'Apple'), primaryHardwareType: 'SetTopBox', model: 'AppleTV' },
  ],
  [
    /(?<model>iPhone)(?:.*? OS (?<osVersion>[\d._]+))?/,
    { ...apple, ...system('iOS', 'Apple'), primaryHardwareType: 'MobilePhone' },
  ],
  [
    /(?<model>iPad)(?:.*? OS (?<osVersion>[\d._]+))?/,
    { ...apple, ...system('iOS', 'Apple'), primaryHardwareType: 'Tablet' },
  ],
  [
    /Roku(?:\/DVP-(?<osVersion>[\d.]+))?/,
    { ...madeBy('Roku'), ...system('Roku OS', 'Roku'), primaryHardwareType: 'SetTopBox', model: 'Roku' },
  ],
  [
    /Tizen(?: (?<osVersion>[\d.]+))?/,
    { ...madeBy('Samsung'), ...system('Tizen', 'Samsung'), primaryHardwareType: 'TV' },
  ],
  [/Web0S|webOS/, { ...madeBy('LG'), ...system('webOS', 'LG'), primaryHardwareType: 'TV' }],
  [
    /Android (?<osVersion>[\d.]+).*?; (?<model>AFT\w+)/,
    { ...madeBy('Amazon'), ...system('Android', 'Google'), primaryHardwareType: 'SetTopBox' },
  ],
  [
    /Android (?<osVersion>[\d.]+)(?:; (?<model>[^;)]+?)(?: Build[^;)]*)?[;)])?.* Mobile/,
    { ...system('Android', 'Google'), primaryHardwareType: 'MobilePhone' },
  ],
  [
    /Android (?<osVersion>[\d.]+)(?:; (?<model>[^;)]+?)(?: Build[^;)]*)?[;)])?/,
    { ...system('Android', 'Google'), primaryHardwareType: 'Tablet' },
  ],
  [
    /Mac OS X(?: (?<osVersion>[\d._]+))?/,
    { ...apple, ...system('macOS', 'Apple'), primaryHardwareType: 'Desktop' },
  ],
  [
    /Windows NT(?: (?<osVersion>[\d.]+))?/,
    { ...system('Windows', 'Microsoft'), primaryHardwareType: 'Desktop' },
  ],
  [/CrOS/, { ...system('Chrome OS', 'Google', 'Linux'), primaryHardwareType: 'Desktop' }],
  [/Linux/, { osName: 'Linux', osFamily: 'Linux', primaryHardwareType: 'Desktop' }],
];

/** Browsers name those that they are compatible with after themselves. */
const browsers: readonly Rule[] = [
  [/Edg\/(?<browserVersion>[\d.]+)/, { browserName: 'Edge', browserVendor: 'Microsoft' }],
  [/Firefox\/(?<browserVersion>[\d.]+)/, { browserName: 'Firefox', browserVendor: 'Mozilla' }],
  [/Chrome\/(?<browserVersion>[\d.]+)/, { browserName: 'Chrome', browserVendor: 'Google' }],
  [/Version\/(?<browserVersion>[\d.]+).* Safari/, { browserName: 'Safari', browserVendor: 'Apple' }],
];

const firstMatch = (rules: readonly Rule[], userAgent: string): Record<string, string> => {
  for (const [pattern, facts] of rules) {
    const found = pattern.exec(userAgent);
    if (!found) continue;
    const groups = Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined);
    return { ...facts, ...Object.fromEntries(groups) };
  }
  return {};
};

/** What a User-Agent tells about a device, under the keys of X-Device-Info. Versions have dots. */
export const factsOfUserAgent = (userAgent: string): JsonObject => {
  const { osVersion, ...facts } = { ...firstMatch(browsers, userAgent), ...firstMatch(devices, userAgent) };
  return { ...facts, ...(osVersion !== undefined && { osVersion: osVersion.replaceAll('_', '.') }) };
};
