import { expect, test } from 'vitest';
import { factsOfUserAgent } from '#src/adobe-pass/requests/user-agent';

const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0';

test.each<[string, Record<string, string>]>([
  [
    'Mozilla/5.0 (Apple TV; U; CPU AppleTV5,3 OS 11.0 like Mac OS X; en_US)',
    { primaryHardwareType: 'SetTopBox', model: 'AppleTV', osName: 'tvOS', osVersion: '11.0' },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    { primaryHardwareType: 'MobilePhone', model: 'iPhone', osVersion: '17.5', browserName: 'Safari' },
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15',
    { primaryHardwareType: 'Tablet', model: 'iPad', osName: 'iOS', osVersion: '17.5' },
  ],
  [
    'Roku/DVP-14.5 (14.5.0.4236-88)',
    { primaryHardwareType: 'SetTopBox', model: 'Roku', osName: 'Roku OS', osVersion: '14.5' },
  ],
  [
    'Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) AppleWebKit/537.36 (KHTML, like Gecko) TV Safari/537.36',
    { primaryHardwareType: 'TV', manufacturer: 'Samsung', osFamily: 'Tizen', osVersion: '8.0' },
  ],
  [
    `Mozilla/5.0 (Web0S; Linux/SmartTV) ${chrome} Safari/537.36`,
    { primaryHardwareType: 'TV', manufacturer: 'LG', osName: 'webOS', browserName: 'Chrome' },
  ],
  [
    `Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7633) ${chrome} Mobile Safari/537.36`,
    { primaryHardwareType: 'SetTopBox', model: 'AFTMM', manufacturer: 'Amazon', osVersion: '9' },
  ],
  [
    `Mozilla/5.0 (Linux; Android 16; Pixel 9 Build/BP1A) ${chrome} Mobile Safari/537.36`,
    { primaryHardwareType: 'MobilePhone', model: 'Pixel 9', osName: 'Android', osVersion: '16' },
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; SM-X910) ${chrome} Safari/537.36`,
    { primaryHardwareType: 'Tablet', model: 'SM-X910', osName: 'Android', osVersion: '15' },
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/140.0.0.0`,
    { primaryHardwareType: 'Desktop', osName: 'Windows', osVersion: '10.0', browserName: 'Edge' },
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${chrome} Safari/537.36`,
    { primaryHardwareType: 'Desktop', osName: 'Chrome OS', browserVersion: '140.0.0.0' },
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    { primaryHardwareType: 'Desktop', osName: 'Linux', browserName: 'Firefox', browserVersion: '140.0' },
  ],
])('%s', (userAgent, facts) => {
  expect(factsOfUserAgent(userAgent)).toMatchObject(facts);
});

test.each(['', 'okhttp/5.1.0'])('"%s" tells nothing', (userAgent) => {
  expect(factsOfUserAgent(userAgent)).toEqual({});
});
