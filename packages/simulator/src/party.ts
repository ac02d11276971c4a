/** A simulated organization on its own origin. `simulator.ts` listens, logs each request and passes it to its party. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Json } from '#src/lib/json';

export type PartyName = 'adobe' | 'mvpd' | 'dtc' | 'google' | 'facebook' | 'apple';

export type Origins = Readonly<Record<PartyName, string>>;

export interface Party {
  readonly name: PartyName;
  /** The operation that a request addresses (`profiles.all`, `token`, `authorize`, …), for the request log and faults. */
  operationOf(method: string, path: string): string;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** The state to keep across restarts; null if there is none. */
  snapshot(): Json;
  restore(state: Json): void;
  /** Back to the fixtures. */
  reset(): void;
}

/** What every party is built with. */
export interface PartyContext {
  readonly origins: Origins;
  readonly fixtures: Fixtures;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The gateway's public origin: its redirect URIs at the providers are `<origin>/callback/<provider>`. */
  readonly gatewayOrigin: string;
  /** Call after every change that `snapshot` covers. */
  readonly changed: () => void;
}
