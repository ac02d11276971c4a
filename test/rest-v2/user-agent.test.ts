import { expect, test } from 'vitest';
import { problemsOf } from '#src/rest-v2/device-info';
import { describeUserAgent } from '#src/rest-v2/user-agent';

const gecko = 'AppleWebKit/537.36 (KHTML, like Gecko)';

/** [User-Agent, hardware, system, version, model] */
test.for([
  ['Roku/DVP-14.6 (14.6.0.2255-46)', 'SetTopBox', 'Roku OS', '14.6', 'Roku'],
  ['AppleTV11,1/18.2', 'SetTopBox', 'tvOS', undefined, 'AppleTV'],
  ['Kino/3.1 (AppleTV; tvOS 18.2; Scale/2.00)', 'SetTopBox', 'tvOS', '18.2', 'AppleTV'],
  [
    `Mozilla/5.0 (Linux; Android 11; AFTKA Build/RS8143.4211N; wv) ${gecko} Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36`,
    'SetTopBox',
    'Android',
    '11',
    'AFTKA',
  ],
  [
    `Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) ${gecko} SamsungBrowser/4.0 TV Safari/537.36`,
    'TV',
    'Tizen',
    '7.0',
    undefined,
  ],
  [
    `Mozilla/5.0 (Web0S; Linux/SmartTV) ${gecko} Chrome/108.0.5359.211 Safari/537.36 WebAppManager`,
    'TV',
    'webOS',
    undefined,
    undefined,
  ],
  [
    'Mozilla/5.0 (PlayStation 5/9.60) AppleWebKit/605.1.15 (KHTML, like Gecko)',
    'GamesConsole',
    'PlayStation OS',
    '9.60',
    'PlayStation 5',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) ${gecko} Chrome/130.0.0.0 Edg/130.0`,
    'GamesConsole',
    'Windows',
    '10.0',
    'Xbox',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1',
    'MobilePhone',
    'iOS',
    '18.1.1',
    'iPhone',
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 Version/17.7 Mobile/15E148 Safari/604.1',
    'Tablet',
    'iOS',
    '17.7',
    'iPad',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; BRAVIA 4K VH22 Build/UKQ1) ${gecko} Chrome/120.0 Safari/537.36`,
    'SetTopBox',
    'Android',
    '14',
    'BRAVIA 4K VH22',
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; SM-S931B Build/AP3A) ${gecko} Chrome/141.0 Mobile Safari/537.36`,
    'MobilePhone',
    'Android',
    '15',
    'SM-S931B',
  ],
  [`Mozilla/5.0 (Linux; Android 15; K) ${gecko} Chrome/141.0 Safari/537.36`, undefined, 'Android', '15', 'K'],
  [
    `Mozilla/5.0 (X11; Linux aarch64) ${gecko} Chrome/120.0 Safari/537.36 CrKey/1.56.500000`,
    'MediaPlayer',
    'Linux',
    undefined,
    'Chromecast',
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${gecko} Chrome/141.0 Safari/537.36`,
    'Desktop',
    'Chrome OS',
    '14541.0.0',
    undefined,
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
    'Desktop',
    'Mac OS',
    '10.15.7',
    undefined,
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Desktop',
    'Linux',
    undefined,
    undefined,
  ],
] as const)('%s', ([userAgent, primaryHardwareType, osName, osVersion, model]) => {
  const {
    primaryHardwareType: hardware,
    osName: name,
    osVersion: version,
    model: modelName,
  } = describeUserAgent(userAgent) ?? {};
  expect([hardware, name, version, modelName]).toEqual([primaryHardwareType, osName, osVersion, model]);
});

test.for(['', 'okhttp/5.1.0', 'curl/8.10.1', 'Dalvik/2.1.0'])('%j names no platform', (userAgent) => {
  expect(describeUserAgent(userAgent)).toBeUndefined();
});

test('every platform has values that Adobe lists', () => {
  for (const userAgent of [
    'Roku',
    'AppleTV',
    'AFTKA',
    'Tizen',
    'webOS',
    'PlayStation 4',
    'iPhone',
    'iPad',
    'CrKey',
  ])
    expect(problemsOf(describeUserAgent(userAgent) ?? {})).not.toContain('unknown_platform');
});
