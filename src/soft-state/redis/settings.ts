/** Where Valkey or Redis is, and how long a call may take: one of `url`, `sentinel` and `cluster`. */
export interface RedisSettings {
  /** `redis://host:port`, or `rediss://` for TLS. */
  readonly url?: string | undefined;
  readonly sentinel?:
    | {
        readonly name: string;
        readonly nodes: readonly string[];
        readonly username?: string | undefined;
        readonly password?: string | undefined;
      }
    | undefined;
  readonly cluster?: { readonly nodes: readonly string[] } | undefined;
  /** File of certificates that the server's certificate is checked against; those of Node.js without it. */
  readonly ca?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Before every key and channel. */
  readonly prefix: string;
  /** Milliseconds that a call may take. */
  readonly timeout: number;
  /** How many processes serve apps, as long as that was never heard from the server. */
  readonly nodes: number;
}
