import type { Connection } from '../load/connection.ts';

/** `before`: Kinpass as it is in another clone; `postgres`: this one on PostgreSQL. */
export const peers = [
  'before',
  'postgres',
  'node-http',
  'transport',
  'koa-transport',
  'koa-got',
  'fastify',
  'nginx',
  'koa',
] as const;
export type Peer = (typeof peers)[number];

/** Accounts of most rows, and all that the peers know. */
export const fewAccounts = 1_000;

/** The server that a row is prepared for. */
export interface Target {
  readonly origin: string;
  /** Viewers that it knows. */
  readonly accounts: number;
  /** Kinpass's database and keys; '' for a peer. */
  readonly folder: string;
}

/** One request, or one journey of several. Errors: an Error unless it is answered as it should be. */
export type Call = (connection: Connection) => Promise<void>;

export type Prepare = (target: Target) => Call | Promise<Call>;

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly about: string;
  /** Accounts in Kinpass's database: few if not given. */
  readonly accounts?: number;
  /** 32 if not given. */
  readonly connections?: number;
  /** Requests per second, sent whether or not earlier ones have been answered; if not given, as many as it can. */
  readonly perSecond?: number;
  /** Whether the peers are listed in the table of service, too. */
  readonly peersServed?: true;
  /** Who does the same, or a measure of it, in the same rounds. */
  readonly peers: readonly Peer[];
  readonly prepare: Prepare;
  /** What peers are asked, if it is something else. */
  readonly preparePeer?: Prepare;
}
