import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { layout } from '#src/web/layout';
import { maskEmail } from '#src/web/mask-email';
import { languages } from '#src/web/messages';
import { english } from '#src/web/messages/en';
import { approveDevicePage } from '#src/web/pages/approve-device';
import { chooseProviderPage } from '#src/web/pages/choose-provider';
import { chooseTvProviderPage, logoSources } from '#src/web/pages/choose-tv-provider';
import { deviceCodePage } from '#src/web/pages/device-code';

const brand = { name: 'REF', stylesheets: ['/style'], links: {} };
const target = { action: '/there', fields: { csrf: 'token' } };

test('pages have no script and no inline style, and declare their language', () => {
  for (const { texts } of languages) {
    const page = parse(
      layout(
        texts,
        brand,
        chooseProviderPage(texts, { app: 'App', providers: [{ label: 'DTC', start: target }], deny: target }),
      ),
    );
    expect(page.querySelectorAll('script, style, [style], [onclick]')).toEqual([]);
    expect(page.querySelector('html')?.getAttribute('lang')).toBe(texts.language);
    expect(page.querySelector('html')?.getAttribute('dir')).toBe('ltr');
    expect(page.querySelectorAll('form[method=post] input[name=csrf][value=token]')).toHaveLength(2);
  }
});

test('the approve page shows app, code and masked account, with approve and deny', () => {
  const view = { app: '<App>', code: 'BCDF-GHJK', email: 'a••@viewers.example' };
  const to = {
    approve: { ...target, action: '/yes' },
    deny: { ...target, action: '/no' },
    switchUrl: '/other',
  };
  const page = parse(layout(english, brand, approveDevicePage(english, { ...view, ...to })));
  expect(page.querySelector('.code')?.text).toBe('BCDF-GHJK');
  expect(page.querySelector('main')?.text).toContain('<App>');
  expect(page.querySelectorAll('form').map((form) => form.getAttribute('action'))).toEqual(['/yes', '/no']);
});

test('the code field has a label, and its error is announced to screen readers', () => {
  const page = parse(
    layout(english, brand, deviceCodePage(english, { submit: target, code: 'X', problem: 'refused' })),
  );
  const field = page.querySelector('input[name=user_code]');
  expect(page.querySelector(`label[for=${field?.id}]`)).not.toBeNull();
  expect(page.querySelector(`#${field?.getAttribute('aria-describedby')}`)?.getAttribute('role')).toBe(
    'alert',
  );
});

test.each([
  ['ana@viewers.example', 'a••@viewers.example'],
  ['"a@b"@viewers.example', '"••@viewers.example'],
  ['@viewers.example', '••'],
  ['nobody', '••'],
])('%s is shown as %s', (email, masked) => {
  expect(maskEmail(email)).toBe(masked);
});

const providers = [
  { id: 'Cablevision', displayName: 'Optimum', logoUrl: 'https://mvpd.example/o.png', isRemembered: true },
  { id: 'Dish', displayName: '<DISH>', isRemembered: false },
];
const tvProviders = { app: 'News', providers, choose: target };

test('TV providers are buttons of one form, with their logos, the remembered one marked', () => {
  const page = parse(layout(english, brand, chooseTvProviderPage(english, tvProviders)));
  const buttons = page.querySelectorAll('form[method=post][action=/there] button[name=mvpd]');
  expect(buttons.map((button) => [button.getAttribute('value'), button.text])).toEqual([
    ['Cablevision', 'Optimum Used before'],
    ['Dish', '<DISH>'],
  ]);
  expect(page.querySelectorAll('img').map((image) => image.getAttribute('src'))).toEqual([
    'https://mvpd.example/o.png',
  ]);
  expect(logoSources(providers)).toEqual(['https://mvpd.example']);
  expect(page.querySelector('input[type=search]')).toBeNull();
});

test('a search that finds no TV provider says so, and leads back to all', () => {
  const search = { action: '/find', fields: { about: 'x' }, query: '"o' };
  const page = parse(
    layout(english, brand, chooseTvProviderPage(english, { ...tvProviders, providers: [], search })),
  );
  expect(page.querySelector('form[method=get][action=/find] input[name=q]')?.getAttribute('value')).toBe(
    '"o',
  );
  expect(page.querySelector('[role=status]')?.text).toBe(english.tvProviderNotFound);
  expect(page.querySelector('a.button')?.getAttribute('href')).toBe('/find');
});
