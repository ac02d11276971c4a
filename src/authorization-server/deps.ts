import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { JWK } from 'jose';
import type { AppConfig, Config } from '#src/config/schema';
import type { CheckSignIn, JudgeSignIn } from '#src/flows/check-sign-in';
import type { LogInForDevice } from '#src/flows/log-in-for-device';
import type { Opening } from '#src/flows/open-instance';
import type { RedirectProvider, VerifiedIdentity } from '#src/identity/provider';
import type { Clock } from '#src/lib/clock';
import type { Device } from '#src/lib/device';
import type { KinpassError } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { PaceStore } from '#src/soft-state/ports';
import type { ArtifactStore, CounterStore, ExchangeStore, RecordStore } from '#src/stores/expiring-ports';
import type { CallerStore } from '#src/stores/ports';
import type { Asset } from '#src/web/asset';
import type { Brand } from '#src/web/brand';
import type { Path } from './provider/routes.ts';
import type { SessionOrigin } from './provider/session-origin.ts';
import type { SecondScreenFlows } from './second-screen/flows.ts';

export interface Client {
  readonly app: AppConfig;
  /** SHA-256 of the client secret, base64url; null for a public client. */
  readonly secretHash: string | null;
}

export interface Viewer {
  readonly id: string;
}

/** The looks of the pages. */
export interface Brands {
  /** Of a page that no app or family is known for: the only family's, or none. */
  readonly neutral: Brand;
  ofApp(id: string): Brand;
  ofFamily(id: string): Brand;
  /** Path of the mark on the button of an identity provider. */
  markOf(provider: string): string | undefined;
  /** What is served at a path under `/assets/`. */
  asset(path: string): Asset | undefined;
}

export interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What the listener knows of a request. */
export interface RequestState {
  /** The device's own address, and the port of its connection where that is known. */
  readonly client: { readonly address: string; readonly port?: number };
}

/** Decides which requests an overloaded process serves. */
export interface Admission {
  /** Why it is refused, if it is. */
  refusal(urgency: 'poll' | 'other'): KinpassError | undefined;
}

export interface Deps {
  /** Every path that is served here. */
  readonly paths: readonly Path[];
  readonly publicOrigin: string;
  readonly settings: Config['signIn'];
  readonly apps: readonly AppConfig[];
  readonly brands: Brands;
  /** Private RSA key that signs ID tokens, and nothing else. */
  readonly signingKey: JWK;
  /** The first signs cookies and forms, all verify. */
  readonly cookieKeys: readonly [KeyObject, ...KeyObject[]];
  readonly artifacts: ArtifactStore;
  readonly records: RecordStore;
  readonly exchanges: ExchangeStore;
  readonly callers: Pick<CallerStore, 'byIssue'>;
  readonly paces: PaceStore;
  readonly counters: CounterStore;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The device that makes a request, as Adobe is to see it. Errors: invalid_header_…. */
  readDevice(ctx: { readonly req: IncomingMessage; readonly state: RequestState }): Device;
  providersOf(app: string): readonly RedirectProvider[];
  /** An app's own id is a public client; a registered instance is a confidential one. */
  findClient(clientId: string): Promise<Client | undefined>;
  /** The account of a verified identity, created on first sight. */
  signIn(input: { app: AppConfig; identity: VerifiedIdentity }): Promise<{ id: string }>;
  /** Undefined if the account is revoked, of another family, or its sessions have been ended since (epoch ms). */
  findViewer(query: { id: string; family?: string; since?: number }): Promise<Viewer | undefined>;
  /** An address of an account, to be shown masked. */
  emailOf(account: string): Promise<string | null>;
  /** Called when a viewer typed a code that no device has. */
  wrongUserCode(): void;
  /** The same for the code of an app that speaks plain REST V2. */
  wrongSessionCode(): void;
  readonly secondScreen: SecondScreenFlows;
  /** The account of a browser session; undefined where it may not sign in to this app, or no longer. */
  findSessionViewer(app: AppConfig, account: string, origin: SessionOrigin): Promise<Viewer | undefined>;
  /** Called once per sign-in, with what is stored with it, its Grant included. False if another request was faster. */
  openInstance(opening: Opening): Promise<boolean>;
  /** The login at a TV provider for a device that was approved. */
  readonly logInForDevice: LogInForDevice;
  /** Whether the sign-in of a Grant stands; otherwise its tokens are refused. */
  readonly checkSignIn: CheckSignIn;
  /** The same for a sign-in that was read. */
  readonly judgeSignIn: JudgeSignIn;
  /** Called when a Grant is revoked. */
  endSignIn(grant: string): Promise<void>;
}
