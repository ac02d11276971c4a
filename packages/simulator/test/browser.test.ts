import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const serve = async (handler: Handler) => {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => handler(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const html = (response: ServerResponse, body: string, headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);

const signIn = `<title>Sign in</title><body>
  <form method="post" action="/search"><button>Search</button></form>
  <form method="post" action="/sign-in">
    <input type="hidden" name="csrf" value="a&amp;b">
    <label for="u">User name</label><input id="u" name="username">
    <label>Password <input type="password" name="password"></label>
    <label><input type="checkbox" name="remember" checked> Remember me</label>
    <label><input type="radio" name="user" value="1"> Ana</label>
    <label><input type="radio" name="user" value="2"> Ben</label>
    <select name="provider"><option value="dtc">DTC</option><option>Google</option></select>
    <button name="do" value="in">Sign in</button><button name="do" value="cancel">Cancel</button>
  </form>`;

const create = () => createBrowser({ address: '203.0.113.7' });

test('fills a form by names and labels, presses a button and posts it like a browser', async () => {
  const posts: { headers: IncomingMessage['headers']; body: string }[] = [];
  await using site = await serve((request, response, body) => {
    if (request.method === 'POST') posts.push({ headers: request.headers, body });
    html(response, request.method === 'POST' ? '<title>Welcome</title>' : signIn);
  });
  const browser = create();
  await browser.open(site.origin);
  const page = await browser.submit({
    fill: { username: 'ana', Password: 'secret', user: '2', provider: 'Google' },
    button: 'Cancel',
  });

  expect(page.title).toBe('Welcome');
  expect(Object.fromEntries(new URLSearchParams(posts[0]?.body))).toEqual({
    csrf: 'a&b',
    username: 'ana',
    password: 'secret',
    remember: 'on',
    user: '2',
    provider: 'Google',
    do: 'cancel',
  });
  expect(posts[0]?.headers).toMatchObject({
    origin: site.origin,
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'navigate',
    'content-type': 'application/x-www-form-urlencoded',
    'x-forwarded-for': '203.0.113.7',
  });
  expect(posts[0]?.headers).not.toHaveProperty('referer');
});

test('posts Origin: null from a page without referrer, as browsers do', async () => {
  const origins: unknown[] = [];
  await using site = await serve((request, response) => {
    origins.push(request.headers.origin);
    html(response, '<form method="post"><button>Go</button></form>', { 'referrer-policy': 'no-referrer' });
  });
  const browser = create();
  await browser.open(site.origin);
  await browser.submit();
  expect(origins).toEqual([undefined, 'null']);
});

test('keeps cookies across ports of a host, and follows redirects as GET', async () => {
  await using second = await serve((request, response) =>
    html(response, `<title>${request.method} ${request.headers.cookie}</title>`),
  );
  await using first = await serve((request, response) =>
    request.method === 'POST'
      ? response
          .writeHead(303, {
            location: `${second.origin}/there`,
            'set-cookie': ['a=1; Path=/', 'b=2; Path=/x'],
          })
          .end()
      : html(response, '<form method="post"><button>Go</button></form>'),
  );
  const browser = create();
  await browser.open(first.origin);
  const page = await browser.submit();
  expect(page.title).toBe('GET a=1');
  expect(browser.visited.map(String)).toEqual([
    `${first.origin}/`,
    `${first.origin}/`,
    `${second.origin}/there`,
  ]);
});

test.each(['com.example.ref40:/callback?code=1', 'https://adobe.com/done'])(
  'stops at the edge of the simulated world: %s',
  async (target) => {
    await using site = await serve((_, response) => response.writeHead(302, { location: target }).end());
    const page = await create().open(site.origin);
    expect(page).toMatchObject({ status: 0, url: new URL(target) });
  },
);

test('stops where an app takes over, even at an address of this machine', async () => {
  const callback = 'http://localhost:1/callback';
  await using site = await serve((_, response) =>
    response.writeHead(302, { location: `${callback}?code=1` }).end(),
  );
  const page = await createBrowser({ address: '203.0.113.7', stopsAt: [callback] }).open(site.origin);
  expect(page).toMatchObject({ status: 0, url: new URL(`${callback}?code=1`) });
});

test('gives up after 20 redirects', async () => {
  await using site = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
  await expect(create().open(site.origin)).rejects.toThrow('redirected more than 20 times');
});

test('says which page it was on when a form or a link is missing', async () => {
  await using site = await serve((_, response) => html(response, signIn));
  const browser = create();
  await browser.open(site.origin);
  await expect(browser.submit({ fill: { code: '1' } })).rejects.toThrow(/field "code" on the page "Sign in"/);
  await expect(browser.submit({ button: 'Pay' })).rejects.toThrow(/buttons "Search", "Sign in", "Cancel"/);
  await expect(browser.submit()).rejects.toThrow('2 forms match');
  await expect(browser.click('Help')).rejects.toThrow('no link "Help"');
});

test('enforces the form-action of a page, redirects included', async () => {
  await using site = await serve((request, response) =>
    request.method === 'POST'
      ? response.writeHead(303, { location: 'com.example.app:/callback' }).end()
      : html(response, '<title>Consent</title><form method="post"><button>Go</button></form>', {
          'content-security-policy': "default-src 'none'; form-action 'self'",
        }),
  );
  const browser = create();
  await browser.open(site.origin);
  await expect(browser.submit()).rejects.toThrow('form-action of the page "Consent"');
});

test('a test steps through redirects, and sees the cookies that they set', async () => {
  await using site = await serve((request, response) =>
    response
      .writeHead(303, { location: '/next', 'set-cookie': `at=${request.url?.slice(1)}; Path=/in` })
      .end(),
  );
  const browser = createBrowser({ followRedirects: false });
  const page = await browser.open(`${site.origin}/first`);
  expect(page).toMatchObject({ status: 303, headers: { location: '/next' } });
  expect(browser.cookies()).toEqual([{ name: 'at', value: 'first' }]);
  expect(browser.cookies(`${site.origin}/in/side`)).toHaveLength(1);
  expect(browser.cookies(site.origin)).toEqual([]);
});

test('an attacker alters fields and headers, goes back to an old page and posts from elsewhere', async () => {
  const seen: { url: string | undefined; type: unknown; body: string; address: unknown }[] = [];
  await using site = await serve((request, response, body) => {
    const { url, headers } = request;
    seen.push({ url, type: headers['content-type'], body, address: headers['x-forwarded-for'] });
    html(
      response,
      `<form method="post"><input type="hidden" name="csrf" value="1"><button>Go</button></form>`,
    );
  });
  const browser = createBrowser();
  const first = await browser.open(`${site.origin}/first`);
  await browser.open(`${site.origin}/second`);
  const headers = { 'content-type': 'text/plain' };
  await browser.submit({ on: first, button: 'Go', fields: { csrf: '2' }, headers });
  await browser.post(`${site.origin}/third`, { csrf: '3' });
  const form = 'application/x-www-form-urlencoded';
  expect(seen.slice(2)).toEqual([
    { url: '/first', type: 'text/plain', body: 'csrf=2', address: undefined },
    { url: '/third', type: form, body: 'csrf=3', address: undefined },
  ]);
});
