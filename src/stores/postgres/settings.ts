/** `store` in the settings. Times are milliseconds. */
export interface PostgresSettings {
  readonly url: string;
  /** Created if it is missing. */
  readonly schema: string;
  readonly tls: {
    readonly mode: 'disable' | 'require' | 'verify-ca' | 'verify-full';
    readonly ca?: string | undefined;
  };
  readonly maxConnections: number;
  /** To wait for a free connection, and for a new one. */
  readonly connectTimeout: number;
  readonly statementTimeout: number;
  /** After which a connection that nobody uses is closed. */
  readonly idleTimeout: number;
  readonly preparedStatements: boolean;
  readonly migrateAtStart: boolean;
}
