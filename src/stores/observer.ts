import type { ConnectionCounts } from '#src/observability/database-metrics';

/** Observes the connections of a store on a server. */
export interface StoreObserver {
  /** Registers where the state of the connections is read. */
  connections(read: () => ConnectionCounts): void;
  /** A call waits for a connection. Returns a function to call when it has one, or gave up. */
  waiting(): () => void;
  /** Statements are sent. Returns a function to call when they were answered, or timed out. */
  roundTrip(): () => void;
  /** A transaction failed because of a conflict, and is retried. */
  repeated(): void;
  /** The server has just told its time, epoch milliseconds. */
  toldTime(time: number): void;
  /** Another server is now the writable one. */
  failedOver(): void;
}

const ignore = (): void => undefined;

/** Observes nothing, for commands. */
export const unobserved: StoreObserver = {
  connections: ignore,
  waiting: () => ignore,
  roundTrip: () => ignore,
  repeated: ignore,
  toldTime: ignore,
  failedOver: ignore,
};
