import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { type Browser, createBrowser, type Page } from '@kinpass/simulator/browser';
import { request } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { type ScriptedOp, startScriptedOp } from '../identity/scripted-op.ts';
import { startGateway, type TestWorld } from './start-gateway.ts';

type LogLine = Readonly<Record<string, unknown>>;

const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url');

/** The page on which the viewer of the web app chooses how to sign in. */
const authorizeUrl = (t: TestWorld): URL => {
  const app = t.simulator.fixtures.apps.find(({ id }) => id === 'ref30-web');
  const url = new URL('/auth', t.origin);
  url.search = new URLSearchParams({
    client_id: 'ref30-web',
    redirect_uri: app?.redirectUris[0] ?? '',
    response_type: 'code',
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString();
  return url;
};

/** A scripted provider whose viewers agree at once. */
export const startAccounts = async (): Promise<ScriptedOp> => {
  const op = await startScriptedOp(systemClock);
  op.routes['/authorize'] = (incoming, response) => {
    const location = op.approve(new URL(incoming.url ?? '', op.issuer)).href;
    response.writeHead(302, { location }).end();
  };
  return op;
};

/** What is written to a log, line by line. */
const createLogBook = () => {
  const lines: LogLine[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).split('\n').filter(Boolean)) lines.push(JSON.parse(line));
      done();
    },
  });
  return { lines, log: createLog('info', sink) };
};

/**
 * The gateway with two identity providers: Google, which works, and "Accounts" (`dtc`), which each test scripts for itself.
 * Its log and its readiness can be read.
 */
export const startTwoProviders = async () => {
  const google = await startAccounts();
  google.script.metadata = { authorization_response_iss_parameter_supported: undefined };
  google.script.callback = { iss: undefined };
  const { lines, log } = createLogBook();
  const credentials = { clientId: google.client.id, clientSecret: google.client.secret };
  const settings = (dtc: object): Record<string, unknown> => ({
    identityProviders: [
      { id: 'dtc', kind: 'oidc', label: 'Accounts', issuer: google.issuer, ...credentials, ...dtc },
      { id: 'google', kind: 'google', label: 'Google', issuer: google.issuer, ...credentials },
    ],
    families: [
      {
        id: 'ref',
        identityProviders: ['dtc', 'google'],
        serviceToken: { issuer: 'https://sso.ref.example' },
      },
    ],
  });
  const t = await startGateway({ settings: settings({}), overrides: { log } });
  const stopsAt = t.simulator.fixtures.apps.flatMap(({ redirectUris }) => redirectUris);
  return {
    ...t,
    /** What was logged so far. */
    lines,
    /** `dtc` is this provider from now on, with these settings besides. */
    useDtc: ({ issuer }: Pick<ScriptedOp, 'issuer'>, more: object = {}): Promise<void> =>
      t.reconfigure(settings({ issuer, ...more })),
    /** From the app's request to the page that the viewer sees after this choice. */
    async choose(button: string): Promise<{ page: Page; browser: Browser }> {
      const browser = createBrowser({ address: '198.51.100.7', stopsAt });
      await browser.open(authorizeUrl(t));
      return { page: await browser.submit({ button }), browser };
    },
    ready: async (): Promise<Readonly<Record<string, unknown>>> =>
      (await request({ url: `${t.adminOrigin}/readyz` })).body,
    metrics: async () => (await request({ url: `${t.adminOrigin}/metrics` })).text,
    [Symbol.asyncDispose]: async () => {
      await t[Symbol.asyncDispose]();
      await google[Symbol.asyncDispose]();
    },
  };
};

export type TwoProviders = Awaited<ReturnType<typeof startTwoProviders>>;
