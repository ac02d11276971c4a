/**
 * One simulated organisation on its own origin. The world (`simulator.ts`) listens, records every request and
 * hands it on; a party only behaves.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Json } from '#src/lib/json';

export type PartyName = 'adobe' | 'mvpd' | 'dtc' | 'google' | 'facebook' | 'apple';

export type Origins = Readonly<Record<PartyName, string>>;

export interface Party {
  readonly name: PartyName;
  /** What a request means there (`profiles.all`, `token`, `authorize`, …); for the record and for faults. */
  operationOf(method: string, path: string): string;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** State that should survive a restart; null when there is none. */
  snapshot(): Json;
  restore(state: Json): void;
  /** Back to the fixtures. */
  reset(): void;
}

/** What every party is made of. */
export interface PartyContext {
  readonly origins: Origins;
  readonly fixtures: Fixtures;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The gateway's public origin: its redirect URIs at the providers are `<origin>/callback/<provider>`. */
  readonly gatewayOrigin: string;
  /** To be called after every change of state that `snapshot` covers. */
  readonly changed: () => void;
}
