import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createWalker } from '#src/browser/browser';

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

const create = () => createWalker({ address: '203.0.113.7' });

test('fills a form by names and labels, presses a button and posts it like a browser', async () => {
  const posts: { headers: IncomingMessage['headers']; body: string }[] = [];
  await using site = await serve((request, response, body) => {
    if (request.method === 'POST') posts.push({ headers: request.headers, body });
    html(response, request.method === 'POST' ? '<title>Welcome</title>' : signIn);
  });
  const walker = create();
  await walker.open(site.origin);
  const page = await walker.submit({
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

test('posts Origin: null from a page that hides its reader, as browsers do', async () => {
  const origins: unknown[] = [];
  await using site = await serve((request, response) => {
    origins.push(request.headers.origin);
    html(response, '<form method="post"><button>Go</button></form>', { 'referrer-policy': 'no-referrer' });
  });
  const walker = create();
  await walker.open(site.origin);
  await walker.submit();
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
  const walker = create();
  await walker.open(first.origin);
  const page = await walker.submit();
  expect(page.title).toBe('GET a=1');
  expect(walker.visited.map(String)).toEqual([
    `${first.origin}/`,
    `${first.origin}/`,
    `${second.origin}/there`,
  ]);
});

test.each(['com.example.ref40:/callback?code=1', 'https://adobe.com/done'])(
  'stops where its world ends: %s',
  async (target) => {
    await using site = await serve((_, response) => response.writeHead(302, { location: target }).end());
    const page = await create().open(site.origin);
    expect(page).toMatchObject({ status: 0, url: new URL(target) });
  },
);

test('stops where an app takes over, though the address is of this machine', async () => {
  const callback = 'http://localhost:1/callback';
  await using site = await serve((_, response) =>
    response.writeHead(302, { location: `${callback}?code=1` }).end(),
  );
  const page = await createWalker({ address: '203.0.113.7', stopsAt: [callback] }).open(site.origin);
  expect(page).toMatchObject({ status: 0, url: new URL(`${callback}?code=1`) });
});

test('gives up on a loop', async () => {
  await using site = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
  await expect(create().open(site.origin)).rejects.toThrow('sent on more than 20 times');
});

test('says which page it was on when a form or a link is missing', async () => {
  await using site = await serve((_, response) => html(response, signIn));
  const walker = create();
  await walker.open(site.origin);
  await expect(walker.submit({ fill: { code: '1' } })).rejects.toThrow(/field "code" on the page "Sign in"/);
  await expect(walker.submit({ button: 'Pay' })).rejects.toThrow(/buttons "Search", "Sign in", "Cancel"/);
  await expect(walker.submit()).rejects.toThrow('2 forms fit');
  await expect(walker.click('Help')).rejects.toThrow('no link "Help"');
});

test('holds a form to the form-action of its page, redirects included', async () => {
  await using site = await serve((request, response) =>
    request.method === 'POST'
      ? response.writeHead(303, { location: 'com.example.app:/callback' }).end()
      : html(response, '<title>Consent</title><form method="post"><button>Go</button></form>', {
          'content-security-policy': "default-src 'none'; form-action 'self'",
        }),
  );
  const walker = create();
  await walker.open(site.origin);
  await expect(walker.submit()).rejects.toThrow('form-action of the page "Consent"');
});
