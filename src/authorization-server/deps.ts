import type { JWK } from 'jose';
import type { AppConfig, Config } from '#src/config/schema';
import type { RedirectProvider, VerifiedIdentity } from '#src/identity/provider';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type {
  ArtifactStore,
  CounterStore,
  ExchangeStore,
  PaceStore,
  RecordStore,
} from '#src/stores/expiring-ports';
import type { Path } from './provider/routes.ts';

export interface Client {
  readonly app: AppConfig;
  /** SHA-256 of the client secret, base64url; null for a public client. */
  readonly secretHash: string | null;
}

export interface Viewer {
  readonly id: string;
  readonly email: string | null;
}

export interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface Deps {
  /** Every path that is served here. */
  readonly paths: readonly Path[];
  readonly publicOrigin: string;
  readonly settings: Config['signIn'];
  readonly apps: readonly AppConfig[];
  /** Private RSA key that signs ID tokens, and nothing else. */
  readonly signingKey: JWK;
  /** The first signs cookies and forms, all verify. */
  readonly cookieKeys: readonly string[];
  readonly artifacts: ArtifactStore;
  readonly records: RecordStore;
  readonly exchanges: ExchangeStore;
  readonly paces: PaceStore;
  readonly counters: CounterStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  providersOf(app: string): readonly RedirectProvider[];
  /** An app's own id is a public client; a registered instance is a confidential one. */
  findClient(clientId: string): Promise<Client | undefined>;
  /** The account of a verified identity, created on first sight. */
  signIn(input: { app: AppConfig; identity: VerifiedIdentity }): Promise<{ id: string }>;
  /** Undefined if the account is revoked, of another family, or its sessions have been ended since (epoch ms). */
  findViewer(query: { id: string; family?: string; since?: number }): Promise<Viewer | undefined>;
  /** Called when a viewer typed a code that no device has. */
  wrongUserCode(): void;
  /** Called once per sign-in, when its Grant is created. */
  openInstance(input: { app: AppConfig; clientId: string; viewer: string; grant: string }): Promise<void>;
  /** Whether the sign-in of a Grant is still active; otherwise the Grant is treated as unknown. */
  signInStands(grant: string): Promise<boolean>;
  /** Called when a Grant is revoked. */
  endSignIn(grant: string): Promise<void>;
}
